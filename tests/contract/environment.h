// Environment: the machine of a contract test, with a real or a simulated kernel.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "madang/io/port.h"

namespace madang::contract {

/// A backend and its difficulties.
struct Setting {
  std::string name;  ///< "epoll", "epoll_tiny"
  bool is_simulated = false;
  io::Backend backend = io::Backend::automatic;
  bool is_tiny = false;   ///< all sizes of the port are very small
  bool is_rough = false;  ///< simulated: a slow network with small buffers that splits every send

  io::PortOptions options() const;
  friend void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.name; }
};

/// Returns the settings of all backends in this program.
std::vector<Setting> settings();

class Environment {
 public:
  virtual ~Environment() = default;

  virtual Result<std::unique_ptr<io::Port>> make_port(const io::PortOptions& options) = 0;
  virtual Time now() const = 0;
  /// Lets time pass between turns. Returns false when nothing can happen any more; only a simulated machine
  /// knows that.
  virtual bool pass_time(Time latest) = 0;

  virtual std::size_t descriptors_open() const = 0;
  /// Allows `more` further descriptors only. Returns false when the machine has no such limit.
  virtual bool allow_descriptors(std::size_t more) = 0;
  virtual void allow_all_descriptors() = 0;
  /// Makes the machine refuse all sends from now on, as if it had no memory, or none.
  virtual void refuse_sends(bool refuse) = 0;
  /// Returns the maximum number of descriptors.
  virtual std::size_t descriptors_max() const = 0;
};

std::unique_ptr<Environment> make_environment(const Setting& setting, std::uint64_t seed);

/// Makes the real machine: see environment_posix.cpp and environment_windows.cpp.
std::unique_ptr<Environment> make_real_environment(const Setting& setting);

/// Returns MADANG_SEED, or 1. A failing test must print it.
std::uint64_t seed_of_this_run();

}  // namespace madang::contract

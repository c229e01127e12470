// Environment: the machine that a contract test runs on, a real kernel or the simulated one.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "io/port.h"

namespace madang::contract {

/// One backend, and what is made hard for it.
struct Setting {
  std::string name;  ///< "epoll", "epoll_tiny"
  bool simulated = false;
  io::Backend backend = io::Backend::automatic;
  bool tiny = false;   ///< every size in it is too small for comfort
  bool rough = false;  ///< simulated: a network that is slow, narrow, and cuts up everything

  io::PortOptions options() const;
  friend void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.name; }
};

/// All that this program was built with.
std::vector<Setting> settings();

class Environment {
 public:
  virtual ~Environment() = default;

  virtual Result<std::unique_ptr<io::Port>> make_port(const io::PortOptions& options) = 0;
  virtual Time now() const = 0;
  /// Between the turns. False when nothing can happen any more, so that waiting is useless; only a simulated
  /// machine knows.
  virtual bool pass_time(Time latest) = 0;

  virtual std::size_t descriptors_open() const = 0;
  /// Lets the machine give out so many descriptors more, and no others. False where that cannot be done.
  virtual bool allow_descriptors(std::size_t more) = 0;
  virtual void allow_all_descriptors() = 0;
  /// Refuses all sends from here on for want of memory, or none.
  virtual void refuse_sends(bool refuse) = 0;
  /// Descriptors that the machine could give out at most.
  virtual std::size_t descriptors_max() const = 0;
};

std::unique_ptr<Environment> make_environment(const Setting& setting, std::uint64_t seed);

/// The real machine's, in environment_posix.cpp and environment_windows.cpp.
std::unique_ptr<Environment> make_real_environment(const Setting& setting);

/// MADANG_SEED, or 1. Whoever uses it prints it.
std::uint64_t seed_of_this_run();

}  // namespace madang::contract

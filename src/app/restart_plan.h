// RestartPlan: when the operator wants the server to start anew, and what all players are told until then.
//
// Asked for and cancelled on any thread, and carried out on the main thread, which calls turn(). The server
// ends with an exit status of its own then, so that systemd starts it again (docs/operations/madang.service).
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace madang::app {

/// What main returns when the operator asked for a restart: EX_TEMPFAIL of sysexits.h.
inline constexpr int exit_code_restart = 75;

class RestartPlan {
 public:
  static constexpr std::uint64_t seconds_min = 5;
  static constexpr std::uint64_t seconds_max = 24 * 60 * 60;

  struct Plan {
    Time at;
    std::string reason;  ///< may be empty
  };

  /// False: one is planned already.
  bool begin(Time now, Duration in, std::string reason);
  /// False: none is planned, or it is too late.
  bool cancel();
  std::optional<Plan> plan() const;

  struct Turn {
    std::vector<std::string> announcements;  ///< to be told to all now; each at most 255 bytes
    bool stop = false;                       ///< it is time
  };
  /// The main thread, several times a second.
  Turn turn(Time now);

 private:
  mutable std::mutex mutex_;
  std::optional<Plan> plan_;
  Duration last_told_{};  // what was left when all were told last
  bool is_new_ = false;
  bool is_stopping_ = false;   // turn() has said so
  bool is_cancelled_ = false;  // and all are still to be told
};

}  // namespace madang::app

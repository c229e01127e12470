// RestartPlan: the time of the restart that the operator planned, and the announcements until then.
//
// A restart can be planned and cancelled on any thread. The main thread calls turn(), and ends the server
// when the restart is due. The server has a special exit code then, so that systemd starts the server again
// (docs/operations/madang.service).
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "madang/base/time.h"

namespace madang::server {

/// Exit code of the program for a restart: EX_TEMPFAIL of sysexits.h.
inline constexpr int exit_code_restart = 75;

class RestartPlan {
 public:
  static constexpr std::uint64_t seconds_min = 5;
  static constexpr std::uint64_t seconds_max = std::uint64_t{24} * 60 * 60;

  struct Plan {
    Time at;
    std::string reason;  ///< may be empty
  };

  /// Plans a restart after the time `in`. Returns false if a restart is already planned.
  bool begin(Time now, Duration in, std::string reason);
  /// Cancels the restart. Returns false if no restart is planned, or if the server is already stopping.
  bool cancel();
  std::optional<Plan> plan() const;

  struct Turn {
    std::vector<std::string> announcements;  ///< to be sent to all players now; each has at most 255 bytes
    bool must_stop = false;                  ///< true: the restart is due
  };
  /// Returns what the server must do now. Main thread only, several times a second.
  Turn turn(Time now);

 private:
  mutable std::mutex mutex_;
  std::optional<Plan> plan_;
  Duration last_announced_{};  // time until the restart in the last announcement
  bool is_new_ = false;        // the restart has not been announced yet
  bool is_stopping_ = false;   // turn() has returned must_stop
  bool is_cancelled_ = false;  // the cancellation has not been announced yet
};

}  // namespace madang::server

// The command `replay` of a server's program: plays a record of `serve --record` again, or compares two
// records.
#pragma once

#include <string>
#include <vector>

#include "madang/server/program.h"

namespace madang::server {

struct ReplayOptions {
  std::vector<std::string> files;  ///< one record, or two with `diff`; names in UTF-8
  bool diff = false;
  bool json = false;
  MapSize zones{1, 1};  ///< a cut, which changes nothing: not that of the record
};

inline constexpr int exit_code_differs = 1;
inline constexpr int exit_code_unreadable = 3;

/// Plays until the end. Returns the exit code: 0 if all is equal, exit_code_differs, or exit_code_unreadable
/// if a record is no good or standard output fails. Prints the result. Main thread.
int run_replay(const ReplayOptions& options, const ProgramInfo& program, const MakeGame& make_game);

}  // namespace madang::server

// StandardStream: the standard output and the standard error of the program, without a buffer. Any thread.
//
// One call writes its text as one piece, if the system can do so. On Linux that is up to 4096 bytes into a
// pipe. No function here allocates memory, so all of them work when no memory is left.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/base/error.h"
#include "madang/base/time.h"

namespace madang {

enum class StandardStream : std::uint8_t { output, error };

/// Writes all of `text`. Waits until the reader of the stream has read enough. Returns the error of the
/// system, of a full disk for example. The code `not_connected` means that the reader has ended.
[[nodiscard]] Result<void> write_to(StandardStream stream, std::string_view text);

/// Writes `text` if the stream can accept it within `max_wait`. Returns `timed_out` if not. Windows cannot
/// ask whether a pipe is full, so there the call waits for the reader, like write_to(). Precondition: `text`
/// has at most 4096 bytes; a longer text may wait for the reader.
[[nodiscard]] Result<void> write_within(StandardStream stream, std::string_view text, Duration max_wait);

}  // namespace madang

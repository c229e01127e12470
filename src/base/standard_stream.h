// StandardStream: the program's standard output and standard error, written to without a buffer of its own.
//
// Any thread. One call writes its text as one piece where the system does so: on Linux up to 4096 bytes into
// a pipe. No function here allocates memory, so that each serves when there is no memory left.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace madang {

enum class StandardStream : std::uint8_t { output, error };

/// Writes all of `text`. Waits as long as the reader behind the stream does not read.
/// Returns the error of the system, for instance of a full disk. Code `not_connected`: the reader has ended.
[[nodiscard]] Result<void> write_to(StandardStream stream, std::string_view text);

/// Writes `text` if the stream can accept it within `max_wait`; if not, returns `timed_out`.
/// Windows cannot ask a pipe whether it is full: there this is write_to(), and waits for the reader.
/// Precondition: `text` is a line or a few, at most 4096 bytes; what is longer may wait for the reader.
[[nodiscard]] Result<void> write_within(StandardStream stream, std::string_view text, Duration max_wait);

}  // namespace madang

// Drops completions of io_uring, as the kernel does when it has no memory to keep what its queue has no place
// for. One thread: the one that takes the port's turns.
#pragma once

#include <cstdint>

namespace madang::contract {

/// Drops the next `count` completions of one operation (an UringOp).
void lose_completions(std::uint8_t op, unsigned count);
/// Returns how many of those have not come yet.
unsigned completions_left_to_lose();
/// Ends the port's watch of its own wake-ups with the next submit, as the kernel does when its queue is full.
void end_watch();
/// From here on drops every completion, or none.
void lose_all_completions(bool lose);

}  // namespace madang::contract

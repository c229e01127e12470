// Lost completions: functions that drop completions of io_uring. The kernel does this when its queue is full
// and it has no memory. The thread of the port's turns only.
#pragma once

#include <cstdint>

namespace madang::contract {

/// Drops the next `count` completions of an operation (an UringOp).
void lose_completions(std::uint8_t op, unsigned count);
/// Returns how many of these have not come yet.
unsigned completions_left_to_lose();
/// Ends the port's watch of its eventfd with the next submit. The kernel does this when its queue is full.
void end_watch();
/// Makes the kernel drop every later completion, or none.
void lose_all_completions(bool lose);

}  // namespace madang::contract

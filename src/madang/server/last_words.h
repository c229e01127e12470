// The last line of a program that an uncaught exception ends.
//
// If the system refuses memory or a thread, the program prints one line and ends with exit code 1. An
// exception in main ends all threads in order. An exception in another thread ends the program at once and
// without goodbyes, because without memory nothing works reliably. Every other exception is a bug: the
// program prints one line and aborts.
#pragma once

#include <functional>

namespace madang::server {

/// Runs `program`. Returns its exit code, or 1 if the system refused memory or a thread. From this call on,
/// the rules above also apply to all other threads. To be called from main.
int run_to_the_last_word(const std::function<int()>& program);

}  // namespace madang::server

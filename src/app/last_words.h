// The last line of a program that cannot go on. Something has thrown what nobody catches.
//
// Where the system refuses memory or threads, the program says so in one line and ends with the exit status
// 1: at the start by returning from main, so that all threads end in order; later, in any thread, at once and
// without goodbyes, because nothing can be trusted to work without memory. All else that is thrown is a bug:
// one line, and an abort.
#pragma once

#include <functional>

namespace madang::app {

/// Runs `program`. Returns what it returns, or 1 when it threw what the environment is to blame for.
/// From then on the same is said of every other thread too.
int run_to_the_last_word(const std::function<int()>& program);

}  // namespace madang::app

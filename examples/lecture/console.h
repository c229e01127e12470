// The console of the lecture's programs. Input and output are lines of UTF-8, on Linux and on Windows.
//
// say() may be called on any thread: lines of several threads do not mix. All other functions belong to one
// thread.
#pragma once

#include <fmt/core.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "madang/base/bytes.h"
#include "madang/base/error.h"

namespace madang::lecture {

/// Prepares a Windows console for UTF-8. Without this call, Korean text is garbled. To be called first in
/// main.
void prepare_console();

/// Prints one line at once.
void say_line(std::string line);
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  say_line(fmt::format(format, std::forward<Args>(args)...));
}

/// Prints one line at once, to standard error.
void complain(std::string line);

/// The lecture's error_display: prints an error in the language of the system.
void error_display(std::string_view message, const Error& error);

/// Returns the value of a result. If the result is an error, prints the error and ends the program.
template <class T>
T must(std::string_view message, Result<T> result) {
  if (!result) {
    error_display(message, result.error());
    std::exit(1);
  }
  return std::move(*result);
}

/// Returns a stranger's bytes as a text that is safe on a screen (see madang/base/text.h). The line end is
/// removed. The zero that ends a string in C is removed too, because the course's own client sends it. Bytes
/// that are not UTF-8 may be half a character, because a read may end anywhere.
std::string shown(Bytes bytes);

/// Reads one line of standard input, without its end. Returns false at the end of the input.
bool read_line(std::string& line);

}  // namespace madang::lecture

// The console of the lecture's programs, the same on Linux and on Windows: UTF-8 in, UTF-8 out, one line at a
// time.
//
// say() may be called from any thread: lines of several threads do not mix. The rest belongs to one thread.
#pragma once

#include <fmt/core.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"

namespace madang::lecture {

/// First thing in main. A Windows console then shows UTF-8: without it, Korean text comes out garbled.
void prepare_console();

/// Prints one line, whole and at once.
void say_line(std::string line);
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  say_line(fmt::format(format, std::forward<Args>(args)...));
}

/// Prints one line, whole and at once, to the standard error.
void complain(std::string line);

/// The lecture's error_display: what went wrong, in the language of the person at the keyboard.
void error_display(std::string_view message, const Error& error);

/// For what a program cannot start without: the result itself, or the error displayed and the program's end.
template <class T>
T must(std::string_view message, Result<T> result) {
  if (!result) {
    error_display(message, result.error());
    std::exit(1);
  }
  return std::move(*result);
}

/// Returns a stranger's bytes, fit for a screen (see base/text.h), without the line's end and without the
/// zero that ends a string in C: the course's own client sends it along. Bytes that are not UTF-8 may be half
/// a character, because a read may end anywhere.
std::string shown(Bytes bytes);

/// One line from the keyboard or from whatever stands in for it, without its end. False at the end of input.
bool read_line(std::string& line);

}  // namespace madang::lecture

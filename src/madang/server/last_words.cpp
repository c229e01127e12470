#include "madang/server/last_words.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "madang/base/log.h"

namespace madang::server {

namespace {

/// Prints the last line. Allocates no memory.
void print_last_line(std::string_view what) {
  std::array<char, 512> line;
  const auto end = fmt::format_to_n(line.data(), line.size(), "madang: {}\n", what.substr(0, 480)).out;
  log_last_words({line.data(), static_cast<std::size_t>(end - line.data())});
}

constexpr std::string_view no_memory =
    "the system refused memory; lower the limits and queues in the settings, or raise ulimit -v";

/// Prints the current exception. Returns true if the system is its cause, and false if a bug is.
bool print_exception() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    print_last_line(no_memory);
  } catch (const std::length_error&) {
    print_last_line(no_memory);  // a container that is larger than any memory
  } catch (const std::system_error& error) {
    print_last_line(error.what());
  } catch (const std::exception& error) {
    print_last_line(error.what());
    return false;
  } catch (...) {
    print_last_line("an exception of unknown type");
    return false;
  }
  return true;
}

[[noreturn]] void on_terminate() {
  if (!std::current_exception()) print_last_line("terminated without an exception");
  if (std::current_exception() && print_exception()) std::_Exit(1);
  std::abort();
}

}  // namespace

int run_to_the_last_word(const std::function<int()>& program) {
  std::set_terminate(on_terminate);
  try {
    return program();
  } catch (const std::bad_alloc&) {
    print_last_line(no_memory);
  } catch (const std::length_error&) {
    print_last_line(no_memory);
  } catch (const std::system_error& error) {
    print_last_line(error.what());
  }
  return 1;
}

}  // namespace madang::server

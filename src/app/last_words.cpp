#include "app/last_words.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "base/log.h"

namespace madang::app {

namespace {

/// Without memory of its own.
void say_last(std::string_view what) {
  std::array<char, 512> line;
  const auto end = fmt::format_to_n(line.data(), line.size(), "madang: {}\n", what.substr(0, 480)).out;
  log_last_words({line.data(), static_cast<std::size_t>(end - line.data())});
}

constexpr std::string_view no_memory =
    "the system gives no more memory; lower the limits and queues in the settings, or raise ulimit -v";

/// Says what is in flight. Whether the environment is to blame.
bool say_exception() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    say_last(no_memory);
  } catch (const std::length_error&) {
    say_last(no_memory);  // a container larger than any memory
  } catch (const std::system_error& error) {
    say_last(error.what());
  } catch (const std::exception& error) {
    say_last(error.what());
    return false;
  } catch (...) {
    say_last("an exception of no known kind");
    return false;
  }
  return true;
}

[[noreturn]] void on_terminate() {
  if (!std::current_exception()) say_last("terminated without an exception");
  if (std::current_exception() && say_exception()) std::_Exit(1);
  std::abort();
}

}  // namespace

int run_to_the_last_word(const std::function<int()>& program) {
  std::set_terminate(on_terminate);
  try {
    return program();
  } catch (const std::bad_alloc&) {
    say_last(no_memory);
  } catch (const std::length_error&) {
    say_last(no_memory);
  } catch (const std::system_error& error) {
    say_last(error.what());
  }
  return 1;
}

}  // namespace madang::app

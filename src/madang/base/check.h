// CHECK: a claim about the program itself. It is on in every build. Any thread.
//
// A failed CHECK is a bug of this program. A fault of a peer or of the machine must never fail one. It prints
// the claim, its place and its details, and ends the process before the damage spreads.
#pragma once

#include <fmt/core.h>

#include <string_view>

namespace madang {

/// Prints the failed claim and ends the process.
[[noreturn]] void check_failed(const char* file, int line, const char* claim, std::string_view details);

}  // namespace madang

/// MADANG_CHECK(claim) or MADANG_CHECK(claim, "what is wrong: {}", values...).
#define MADANG_CHECK(claim, ...)                                                         \
  do {                                                                                   \
    if (!(claim)) [[unlikely]]                                                           \
      ::madang::check_failed(__FILE__, __LINE__, #claim, ::fmt::format("" __VA_ARGS__)); \
  } while (false)

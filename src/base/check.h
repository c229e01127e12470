// CHECK: a claim about the program itself, always on, in every build.
//
// A CHECK that fails is a bug of ours, never of a peer and never of the machine: it prints the claim, the
// place and what is needed to replay, and ends the process before the damage spreads.
#pragma once

#include <fmt/core.h>

#include <string_view>

namespace madang {

[[noreturn]] void check_failed(const char* file, int line, const char* claim, std::string_view details);

}  // namespace madang

/// CHECK(claim) or CHECK(claim, "format {}", values...).
#define CHECK(claim, ...)                                                                \
  do {                                                                                   \
    if (!(claim)) [[unlikely]]                                                           \
      ::madang::check_failed(__FILE__, __LINE__, #claim, ::fmt::format("" __VA_ARGS__)); \
  } while (false)

// MADANG_TRY: calls what returns a StoreResult, and ends the function with its error if there is one.
#pragma once

#include <expected>
#include <utility>

#define MADANG_TRY(call)                                  \
  do {                                                    \
    if (auto outcome = (call); !outcome) [[unlikely]]     \
      return std::unexpected(std::move(outcome.error())); \
  } while (false)

// need_sodium(): prepares libsodium. Each function of the keeper that uses libsodium calls it first. Any
// thread.
#pragma once

#include <sodium.h>

#include "madang/base/check.h"

namespace madang::keeper {

/// Prepares libsodium at the first call. It fails only on a machine without a source of random bits (CHECK).
inline void need_sodium() {
  static const bool is_ready = sodium_init() >= 0;
  MADANG_CHECK(is_ready, "libsodium finds no source of random bits");
}

}  // namespace madang::keeper

// Hashes of passwords that cost little, for tests of accounts.
#pragma once

#include <string>

#include "madang/base/bytes.h"
#include "madang/keeper/password.h"

namespace madang::keeper {

inline const std::string& hash_one() {
  static const std::string hash = hash_password(as_bytes("password one"), password_cost_min).value();
  return hash;
}
inline const std::string& hash_two() {
  static const std::string hash = hash_password(as_bytes("password two"), password_cost_min).value();
  return hash;
}
inline const std::string& hash_three() {
  static const std::string hash = hash_password(as_bytes("password three"), password_cost_min).value();
  return hash;
}

}  // namespace madang::keeper

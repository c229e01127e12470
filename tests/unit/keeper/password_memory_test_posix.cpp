// What passwords cost when the system has no memory left.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>

#include "madang/keeper/password.h"

namespace madang::keeper {
namespace {

/// Allows this process no more memory than it has.
void allow_no_more_memory() {
  const rlimit none{.rlim_cur = 1, .rlim_max = 1};
  MADANG_CHECK(setrlimit(RLIMIT_AS, &none) == 0);
}

TEST(PasswordDeathTest, WithoutMemoryIsNeitherHashedNorRight) {
  const PasswordCost large{.memory_kib = 1u << 18, .passes = 1};
  const auto child = [&] {
    const PasswordCheck check(large);
    const std::string dummy = dummy_hash(large);
    allow_no_more_memory();
    const auto hash = hash_password(as_bytes("correct horse"), large);
    const bool fails = !hash && hash.error().code == ErrorCode::no_buffers;
    const bool is_wrong = !verifies(dummy, as_bytes("correct horse"));
    std::_Exit(fails && is_wrong && !check.check(std::nullopt, as_bytes("correct horse")).is_right ? 7 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace madang::keeper

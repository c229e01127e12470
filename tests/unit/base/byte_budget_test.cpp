#include "madang/base/byte_budget.h"

#include <gtest/gtest.h>

namespace madang {
namespace {

constexpr std::uint32_t kbit_per_second = 256;
constexpr Duration byte_time = ByteBudget::byte_time(kbit_per_second);
constexpr std::size_t bytes_a_second = 32'000;

TEST(ByteBudget, IsUsedUpByASecondsWorth) {
  ByteBudget budget;
  EXPECT_EQ(budget.used(100s), 0s);
  budget.spend(100s, bytes_a_second / 2, byte_time);
  EXPECT_EQ(budget.used(100s), 500ms);
  budget.spend(100s, bytes_a_second / 2, byte_time);
  EXPECT_EQ(budget.used(100s), 1s);
}

TEST(ByteBudget, ComesBackWithTimeAndIsNeverMoreThanFull) {
  ByteBudget budget;
  budget.spend(100s, bytes_a_second, byte_time);
  EXPECT_EQ(budget.used(100s + 250ms), 750ms);
  EXPECT_EQ(budget.used(200s), 0s);
  budget.spend(200s, bytes_a_second, byte_time);
  EXPECT_EQ(budget.used(200s), 1s);
}

TEST(ByteBudget, RemembersWhatIsOwedUpToASecondsWorth) {
  ByteBudget budget;
  budget.spend(100s, bytes_a_second * 3 / 2, byte_time);
  EXPECT_EQ(budget.used(100s), 1500ms);
  for (int i = 0; i < 100; ++i) budget.spend(100s, bytes_a_second, byte_time);
  EXPECT_EQ(budget.used(100s), ByteBudget::used_max);
  EXPECT_EQ(budget.used(102s), 0s);
}

}  // namespace
}  // namespace madang

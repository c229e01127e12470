// What a build without libpq says.
#ifndef MADANG_WITH_POSTGRES
#include <gtest/gtest.h>

#include "madang/keeper/postgres_tables.h"

namespace madang::keeper {
namespace {

TEST(PostgresMissing, a_build_without_postgresql_says_so) {
  const auto refused = open_postgres("postgres://madang@localhost/madang");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, StoreFault::cannot_open);
  EXPECT_EQ(refused.error().text, "this build of Madang has no PostgreSQL: use a file of SQLite");
}

}  // namespace
}  // namespace madang::keeper
#endif

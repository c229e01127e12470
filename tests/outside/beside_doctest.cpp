#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "all_headers.h"

TEST_CASE("the clock of Madang goes forward") {
  const madang::Time before = madang::steady_now();
  CHECK(before <= madang::steady_now());
}

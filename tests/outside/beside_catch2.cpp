#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include "all_headers.h"

TEST_CASE("the clock of Madang goes forward") {
  const madang::Time before = madang::steady_now();
  CHECK(before <= madang::steady_now());
}

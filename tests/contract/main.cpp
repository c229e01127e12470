// The main function of the contract tests. A run without tests fails. Otherwise a filter with a backend that
// this build lacks would look like success.
#include <gtest/gtest.h>

#include <cstdio>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  if (GTEST_FLAG_GET(list_tests) || testing::UnitTest::GetInstance()->test_to_run_count() > 0) return result;
  std::fputs("no test matches the filter\n", stderr);
  return 1;
}

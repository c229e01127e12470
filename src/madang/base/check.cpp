#include "madang/base/check.h"

#include <cstdlib>

#include "madang/base/log.h"

namespace madang {

void check_failed(const char* file, int line, const char* claim, std::string_view details) {
  log_last_words(
      fmt::format("{}:{}: CHECK failed: {}{}{}\n", file, line, claim, details.empty() ? "" : ": ", details));
  std::abort();
}

}  // namespace madang

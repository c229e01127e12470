#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace madang {

void check_failed(const char* file, int line, const char* claim, std::string_view details) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s%s%.*s\n", file, line, claim, details.empty() ? "" : ": ",
               static_cast<int>(details.size()), details.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace madang

#include <glog/logging.h>

#include "all_headers.h"

int main() {
  const madang::Time before = madang::steady_now();
  CHECK(before <= madang::steady_now()) << "the clock of Madang goes back";
  LOG(INFO) << "beside glog";
}

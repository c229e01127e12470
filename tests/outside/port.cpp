// Makes a completion port, and prints that it could.
#include <cstdio>

#include "madang/base/error.h"
#include "madang/io/port.h"

int main() {
  const auto port = madang::io::make_port(madang::io::Backend::automatic);
  if (!port) {
    std::fprintf(stderr, "no port: %s\n", madang::describe(port.error()).c_str());
    return 1;
  }
  std::printf("port: ok\n");
}

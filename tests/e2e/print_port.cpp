// print_port [uring|epoll]: makes a completion port, by itself the best that this machine offers, and prints
// which one it became.

#include <cstdio>
#include <string_view>

#include "madang/io/port.h"

int main(int count, char** arguments) {
  using madang::io::Backend;
  const std::string_view wanted = count > 1 ? arguments[1] : "auto";
  const Backend backend = wanted == "uring"   ? Backend::uring
                          : wanted == "epoll" ? Backend::epoll
                                              : Backend::automatic;
  const auto port = madang::io::make_port(backend);
  if (!port) {
    std::printf("no port: %s\n", describe(port.error()).c_str());
    return 1;
  }
  std::printf("port: %s\n", name_of((*port)->backend()).data());
  return 0;
}

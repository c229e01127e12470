#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "app/console.h"

namespace madang::app {

namespace {

/// Descriptors 0 to 2 that the program was started without. Otherwise the next socket would become one of
/// them, and what is printed would go to a peer.
void open_missing_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Nothing can be written to standard output then: a command that prints must not seem to have done so.
    const int mode = descriptor == STDERR_FILENO ? O_RDWR : O_RDONLY;
    // Without /dev, as in some containers, the root folder keeps the place.
    if (::open("/dev/null", mode) != descriptor && ::open("/", O_RDONLY | O_DIRECTORY) != descriptor)
      std::_Exit(1);
  }
}

}  // namespace

// A reader that ends, as `head` does, is an error of the next write, and no reason to be killed.
Console::Console() {
  open_missing_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
}

Console::~Console() { std::fflush(stdout); }

std::vector<std::string> Console::arguments(int argc, char** argv) const {
  return argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

}  // namespace madang::app

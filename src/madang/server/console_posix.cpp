#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "madang/server/console.h"

namespace madang::server {

namespace {

/// Opens each of the descriptors 0 to 2 that is not open. Otherwise the next socket would get that number,
/// and printed lines would go to a peer.
void open_missing_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // Standard output is opened for reading only, so that a command that prints fails instead of losing
    // lines.
    const int mode = descriptor == STDERR_FILENO ? O_RDWR : O_RDONLY;
    // Some containers have no /dev. Then the root folder takes the descriptor.
    if (::open("/dev/null", mode) != descriptor && ::open("/", O_RDONLY | O_DIRECTORY) != descriptor)
      std::_Exit(1);
  }
}

}  // namespace

// A reader that ends, as `head` does, makes the next write fail, and so does a file that reaches the limit of
// the process (ulimit -f). Without SIG_IGN both would kill the program.
Console::Console() {
  open_missing_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

Console::~Console() { std::fflush(stdout); }

std::vector<std::string> Console::arguments(int argc, char** argv) const {
  return argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

}  // namespace madang::server

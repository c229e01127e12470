#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "madang/server/terminal_drawing.h"

namespace madang::server {

TerminalDrawing::TerminalDrawing(std::FILE* stream) : stream_(stream) {
  const char* terminal = std::getenv("TERM");
  works_ = ::isatty(::fileno(stream)) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

TerminalDrawing::~TerminalDrawing() = default;

int TerminalDrawing::columns() const {
  winsize size{};
  if (::ioctl(::fileno(stream_), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace madang::server

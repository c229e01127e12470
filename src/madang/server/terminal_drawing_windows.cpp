#include <io.h>
#include <windows.h>

#include "madang/server/terminal_drawing.h"

namespace madang::server {

namespace {

HANDLE handle_of(std::FILE* stream) { return reinterpret_cast<HANDLE>(::_get_osfhandle(::_fileno(stream))); }

}  // namespace

TerminalDrawing::TerminalDrawing(std::FILE* stream) : stream_(stream) {
  DWORD mode = 0;
  if (!::GetConsoleMode(handle_of(stream), &mode)) return;  // a file or a pipe
  mode_before_ = mode;
  works_ = ::SetConsoleMode(handle_of(stream), mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

TerminalDrawing::~TerminalDrawing() {
  if (works_) ::SetConsoleMode(handle_of(stream_), mode_before_);
}

int TerminalDrawing::columns() const {
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (!::GetConsoleScreenBufferInfo(handle_of(stream_), &info)) return 80;
  return info.srWindow.Right - info.srWindow.Left + 1;
}

}  // namespace madang::server

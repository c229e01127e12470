#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <shellapi.h>

#include <cstdio>

#include "madang/server/console.h"

namespace madang::server {

namespace {

std::string to_utf8(const wchar_t* wide) {
  const int size = ::WideCharToMultiByte(CP_UTF8, 0, wide, -1, nullptr, 0, nullptr, nullptr);
  if (size <= 1) return {};
  std::string text(static_cast<std::size_t>(size), '\0');
  ::WideCharToMultiByte(CP_UTF8, 0, wide, -1, text.data(), size, nullptr, nullptr);
  text.pop_back();  // the zero at the end
  return text;
}

/// Opens each standard stream that is not open. Its handle is not valid, or is a number that the next socket
/// may get.
void open_missing_streams() {
  for (const DWORD stream : {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE}) {
    const HANDLE handle = ::GetStdHandle(stream);
    ::SetLastError(NO_ERROR);
    const bool is_open = handle != nullptr && handle != INVALID_HANDLE_VALUE &&
                         (::GetFileType(handle) != FILE_TYPE_UNKNOWN || ::GetLastError() == NO_ERROR);
    if (is_open) continue;
    // As on Linux: a write to standard output must fail.
    const DWORD access = stream == STD_ERROR_HANDLE ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ;
    ::SetStdHandle(stream, ::CreateFileW(L"NUL", access, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                         OPEN_EXISTING, 0, nullptr));
  }
}

}  // namespace

// The code page belongs to the console window, which outlives the program. So the destructor restores it.
Console::Console() : code_page_before_(::GetConsoleOutputCP()) {
  ::SetConsoleOutputCP(CP_UTF8);
  // Binary mode writes no carriage returns, so that printed files are the same on every system.
  if (::_fileno(stdout) >= 0) ::_setmode(::_fileno(stdout), _O_BINARY);
  open_missing_streams();
}

Console::~Console() {
  std::fflush(stdout);
  if (code_page_before_ != 0) ::SetConsoleOutputCP(code_page_before_);
}

// argv was converted to the system's code page. The command line of GetCommandLineW was not.
std::vector<std::string> Console::arguments(int, char**) const {
  int count = 0;
  wchar_t** wide = ::CommandLineToArgvW(::GetCommandLineW(), &count);
  if (!wide) return {};
  std::vector<std::string> arguments;
  for (int i = 1; i < count; ++i) arguments.push_back(to_utf8(wide[i]));
  ::LocalFree(wide);
  return arguments;
}

}  // namespace madang::server

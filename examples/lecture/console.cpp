#include "console.h"

#include <cstdio>
#include <iostream>

#include "madang/base/text.h"

#ifdef _WIN32
#include <windows.h>
#endif

namespace madang::lecture {

namespace {

void without_line_end(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

void write_line(std::FILE* file, std::string line) {
  line += '\n';
#ifdef _WIN32
  // stdio would write single bytes to a console, which cuts Korean letters.
  DWORD written = 0;
  WriteFile(GetStdHandle(file == stdout ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE), line.data(),
            static_cast<DWORD>(line.size()), &written, nullptr);
#else
  std::fwrite(line.data(), 1, line.size(), file);
  std::fflush(file);
#endif
}

}  // namespace

void prepare_console() {
#ifdef _WIN32
  SetConsoleOutputCP(CP_UTF8);
#endif
}

void say_line(std::string line) { write_line(stdout, std::move(line)); }

void complain(std::string line) { write_line(stderr, std::move(line)); }

void error_display(std::string_view message, const Error& error) {
  complain(fmt::format("{}: {}", message, describe(error, system_language())));
}

std::string shown(Bytes bytes) {
  std::string text(as_text(bytes));
  if (text.ends_with('\0')) text.pop_back();
  without_line_end(text);
  return madang::shown(text);
}

#ifdef _WIN32
/// Reads a line from a Windows console, in wide characters, because only these contain Korean. Returns false
/// if the input is not a console.
static bool read_console_line(std::string& line, bool& end_of_input) {
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  DWORD mode = 0;
  if (!GetConsoleMode(input, &mode)) return false;

  std::wstring wide;
  wchar_t part[256];
  DWORD count = 0;
  while (!wide.ends_with(L'\n') && ReadConsoleW(input, part, 256, &count, nullptr) && count > 0)
    wide.append(part, count);
  constexpr wchar_t control_z = 0x1a;  // Ctrl-Z is the end of the input in a Windows console
  end_of_input = wide.empty() || wide.front() == control_z;

  const int bytes = WideCharToMultiByte(CP_UTF8, 0, wide.data(), static_cast<int>(wide.size()), nullptr, 0,
                                        nullptr, nullptr);
  line.resize(static_cast<std::size_t>(bytes));
  WideCharToMultiByte(CP_UTF8, 0, wide.data(), static_cast<int>(wide.size()), line.data(), bytes, nullptr,
                      nullptr);
  return true;
}
#endif

bool read_line(std::string& line) {
#ifdef _WIN32
  bool end_of_input = false;
  if (read_console_line(line, end_of_input)) {
    without_line_end(line);
    return !end_of_input;
  }
#endif
  if (!std::getline(std::cin, line)) return false;
  without_line_end(line);
  return true;
}

}  // namespace madang::lecture

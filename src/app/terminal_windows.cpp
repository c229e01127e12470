#include <windows.h>

#include <vector>

#include "app/terminal.h"

namespace madang::app {

namespace {

/// Draws into a screen buffer of its own, so that the old content of the console comes back at the end.
/// Writes cells with the console's functions and not with escape codes, because old consoles know no escape
/// codes.
class WindowsTerminal final : public Terminal {
 public:
  WindowsTerminal(HANDLE input, HANDLE output, DWORD mode)
      : input_(input), output_(output), mode_before_(mode) {
    SetConsoleMode(input_, ENABLE_PROCESSED_INPUT | ENABLE_WINDOW_INPUT);
    picture_ = CreateConsoleScreenBuffer(GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                         nullptr, CONSOLE_TEXTMODE_BUFFER, nullptr);
    if (picture_ == INVALID_HANDLE_VALUE) picture_ = output_;
    const CONSOLE_CURSOR_INFO no_cursor{.dwSize = 1, .bVisible = FALSE};
    SetConsoleCursorInfo(picture_, &no_cursor);
    SetConsoleActiveScreenBuffer(picture_);
  }
  ~WindowsTerminal() override {
    SetConsoleActiveScreenBuffer(output_);
    if (picture_ != output_) CloseHandle(picture_);
    SetConsoleMode(input_, mode_before_);
  }

  Size size() const override {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    if (!GetConsoleScreenBufferInfo(picture_, &info)) return {80, 24};
    return {info.srWindow.Right - info.srWindow.Left + 1, info.srWindow.Bottom - info.srWindow.Top + 1};
  }

  bool read_key(KeyPress& press) override {
    INPUT_RECORD record{};
    DWORD count = 0;
    // The number of events would not do: Wine's console reads its terminal only when a program peeks at
    // events.
    while (PeekConsoleInputW(input_, &record, 1, &count) && count > 0) {
      if (!ReadConsoleInputW(input_, &record, 1, &count) || count == 0) return false;
      if (record.EventType == KEY_EVENT && record.Event.KeyEvent.bKeyDown &&
          to_press(record.Event.KeyEvent, press))
        return true;
    }
    return false;
  }

  bool is_open() const override {
    DWORD waiting = 0;
    return GetNumberOfConsoleInputEvents(input_, &waiting) != 0;
  }

  void show(const Screen& screen) override {
    std::vector<CHAR_INFO> cells(static_cast<std::size_t>(screen.columns() * screen.rows()));
    for (int row = 0; row < screen.rows(); ++row)
      for (int column = 0; column < screen.columns(); ++column)
        cells[static_cast<std::size_t>(row * screen.columns() + column)] = to_cell(screen, column, row);
    const COORD size{static_cast<SHORT>(screen.columns()), static_cast<SHORT>(screen.rows())};
    SMALL_RECT region{0, 0, static_cast<SHORT>(screen.columns() - 1), static_cast<SHORT>(screen.rows() - 1)};
    WriteConsoleOutputW(picture_, cells.data(), size, COORD{0, 0}, &region);
  }

 private:
  bool to_press(const KEY_EVENT_RECORD& event, KeyPress& press) {
    switch (event.wVirtualKeyCode) {
      case VK_UP: press = {Key::up}; return true;
      case VK_DOWN: press = {Key::down}; return true;
      case VK_LEFT: press = {Key::left}; return true;
      case VK_RIGHT: press = {Key::right}; return true;
      case VK_RETURN: press = {Key::enter}; return true;
      case VK_ESCAPE: press = {Key::escape}; return true;
      case VK_BACK: press = {Key::backspace}; return true;
      default: break;
    }
    const char32_t unit = event.uChar.UnicodeChar;
    if (unit < 0x20) return false;
    if (unit >= 0xd800 && unit < 0xdc00) {  // the first half of a character beyond the first 65536
      high_surrogate_ = unit;
      return false;
    }
    const bool is_second_half = unit >= 0xdc00 && unit < 0xe000;
    press = {Key::character,
             is_second_half ? 0x10000 + ((high_surrogate_ - 0xd800) << 10) + (unit - 0xdc00) : unit};
    return !is_second_half || high_surrogate_ != 0;
  }

  static CHAR_INFO to_cell(const Screen& screen, int column, int row) {
    const ScreenCell& cell = screen.at(column, row);
    CHAR_INFO info{};
    info.Attributes =
        static_cast<WORD>(to_attribute(cell.style.foreground) | to_attribute(cell.style.background) << 4);
    char32_t character = cell.character;
    if (character == 0 && column > 0) {
      character = screen.at(column - 1, row).character;
      info.Attributes |= COMMON_LVB_TRAILING_BYTE;
    } else if (width_of(character) == 2) {
      info.Attributes |= COMMON_LVB_LEADING_BYTE;
    }
    info.Char.UnicodeChar = character < 0x10000 ? static_cast<wchar_t>(character) : L'?';
    return info;
  }

  /// The lowest bit of a colour is blue on Windows, and red in a terminal.
  static WORD to_attribute(Color color) {
    const int number = static_cast<int>(color);
    return static_cast<WORD>((number & 1 ? FOREGROUND_RED : 0) | (number & 2 ? FOREGROUND_GREEN : 0) |
                             (number & 4 ? FOREGROUND_BLUE : 0) | (number & 8 ? FOREGROUND_INTENSITY : 0));
  }

  const HANDLE input_;
  const HANDLE output_;
  const DWORD mode_before_;
  HANDLE picture_ = INVALID_HANDLE_VALUE;
  char32_t high_surrogate_ = 0;
};

}  // namespace

std::expected<std::unique_ptr<Terminal>, std::string> Terminal::open() {
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  const HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
  DWORD input_mode = 0;
  DWORD output_mode = 0;
  if (!GetConsoleMode(input, &input_mode) || !GetConsoleMode(output, &output_mode))
    return std::unexpected("this needs a console: standard input and output are not one");
  return std::make_unique<WindowsTerminal>(input, output, input_mode);
}

}  // namespace madang::app

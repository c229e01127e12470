#include <fmt/core.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utf8.h>

#include <array>
#include <iterator>
#include <optional>

#include "app/terminal.h"

namespace madang::app {

namespace {

class PosixTerminal final : public Terminal {
 public:
  explicit PosixTerminal(const termios& before) : before_(before) {
    termios raw = before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    // Ctrl-Z and Ctrl-\ are switched off, because they would end the program without restoring the terminal.
    raw.c_cc[VSUSP] = raw.c_cc[VQUIT] = _POSIX_VDISABLE;
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    write("\x1b[?1049h\x1b[?25l");  // the alternate screen, without a cursor
  }
  ~PosixTerminal() override {
    write("\x1b[0m\x1b[?25h\x1b[?1049l");
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

  Size size() const override {
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) return {80, 24};
    return {window.ws_col, window.ws_row};
  }

  bool read_key(KeyPress& press) override {
    std::array<char, 256> typed;
    const ssize_t count = ::read(STDIN_FILENO, typed.data(), typed.size());
    if (count > 0) typed_.append(typed.data(), static_cast<std::size_t>(count));
    while (!typed_.empty()) {
      const std::optional<KeyPress> next = parse_key();
      if (!next) continue;
      press = *next;
      return true;
    }
    return false;
  }

  bool is_open() const override {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ::poll(&input, 1, 0) >= 0 && !(input.revents & (POLLHUP | POLLERR | POLLNVAL));
  }

  void show(const Screen& screen) override {
    std::string picture = "\x1b[H";
    Style style;
    picture += "\x1b[0;37;40m";
    for (int row = 0; row < screen.rows(); ++row) {
      if (row > 0) picture += "\r\n";
      for (int column = 0; column < screen.columns(); ++column) {
        const ScreenCell& cell = screen.at(column, row);
        if (cell.character == 0) continue;
        if (cell.style != style) {
          style = cell.style;
          fmt::format_to(std::back_inserter(picture), "\x1b[{};{}m", code_of(style.foreground, 30),
                         code_of(style.background, 40));
        }
        utf8::unchecked::append(cell.character, std::back_inserter(picture));
      }
    }
    if (picture == shown_) return;
    write(picture);
    shown_ = std::move(picture);
  }

 private:
  static int code_of(Color color, int base) {
    const int number = static_cast<int>(color);
    return number < 8 ? base + number : base + 60 + number - 8;
  }

  static void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  /// Parses and removes the first key of the typed bytes. Returns none if those bytes are not a known key.
  std::optional<KeyPress> parse_key() {
    if (typed_.front() == '\x1b') return parse_escape();
    if (static_cast<unsigned char>(typed_.front()) < 0x20 || typed_.front() == 0x7f) {
      const char control = typed_.front();
      typed_.erase(0, 1);
      if (control == '\r' || control == '\n') return KeyPress{Key::enter};
      if (control == '\b' || control == 0x7f) return KeyPress{Key::backspace};
      return std::nullopt;
    }
    auto at = typed_.begin();
    char32_t character = 0;
    try {
      character = utf8::next(at, typed_.end());
    } catch (const utf8::exception&) {
      typed_.erase(0, 1);
      return std::nullopt;
    }
    typed_.erase(typed_.begin(), at);
    return KeyPress{Key::character, character};
  }

  /// An arrow key is ESC [ A or ESC O A. The escape key is ESC alone.
  std::optional<KeyPress> parse_escape() {
    const bool is_sequence = typed_.size() >= 3 && (typed_[1] == '[' || typed_[1] == 'O');
    if (!is_sequence) {
      typed_.erase(0, 1);
      return KeyPress{Key::escape};
    }
    std::size_t end = 2;
    while (end < typed_.size() && (typed_[end] < 0x40 || typed_[end] > 0x7e)) ++end;
    const char final = end < typed_.size() ? typed_[end] : '\0';
    typed_.erase(0, end + 1);
    switch (final) {
      case 'A': return KeyPress{Key::up};
      case 'B': return KeyPress{Key::down};
      case 'C': return KeyPress{Key::right};
      case 'D': return KeyPress{Key::left};
      default: return std::nullopt;
    }
  }

  const termios before_;
  std::string typed_;
  std::string shown_;
};

}  // namespace

std::expected<std::unique_ptr<Terminal>, std::string> Terminal::open() {
  termios before{};
  if (::tcgetattr(STDIN_FILENO, &before) != 0 || !::isatty(STDOUT_FILENO))
    return std::unexpected("this needs a terminal: standard input and output are not one");
  return std::make_unique<PosixTerminal>(before);
}

}  // namespace madang::app

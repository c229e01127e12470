// Terminal: a person's screen and keyboard, for as long as it lives; afterwards the terminal is as it was
// before.
//
// On Linux by escape codes, on Windows by the console's own functions. One thread, one at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "app/screen.h"

namespace madang::app {

enum class Key : std::uint8_t { character, up, down, left, right, enter, escape, backspace };

struct KeyPress {
  Key key = Key::character;
  char32_t character = 0;  ///< of Key::character
};

class Terminal {
 public:
  virtual ~Terminal() = default;

  /// The error is one line for a person: standard input or output is no terminal.
  static std::expected<std::unique_ptr<Terminal>, std::string> open();

  struct Size {
    int columns;
    int rows;
  };
  virtual Size size() const = 0;
  /// The next key that was pressed, if there is one. Does not wait.
  virtual bool read_key(KeyPress& press) = 0;
  /// False: whoever sat there has gone.
  virtual bool is_there() const = 0;
  virtual void show(const Screen& screen) = 0;
};

}  // namespace madang::app

// Terminal: the screen and the keyboard of a user. The destructor restores the terminal.
//
// Linux uses escape codes, and Windows the functions of its console. One thread. There is at most one
// Terminal.
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

  /// Opens the terminal. The error is one line for a user: standard input or output is not a terminal.
  static std::expected<std::unique_ptr<Terminal>, std::string> open();

  struct Size {
    int columns;
    int rows;
  };
  virtual Size size() const = 0;
  /// Reads the next key into `press`. Returns false if no key was pressed. Does not wait.
  virtual bool read_key(KeyPress& press) = 0;
  /// Returns false if the user has closed the terminal.
  virtual bool is_open() const = 0;
  virtual void show(const Screen& screen) = 0;
};

}  // namespace madang::app

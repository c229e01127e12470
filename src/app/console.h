// Console: the program's arguments and standard streams in UTF-8, on Windows too. Opens the null device for
// each of the three standard streams that the program was started without, and keeps a reader that ends from
// killing it.
//
// Make one at the beginning of main, before any thread.
#pragma once

#include <string>
#include <vector>

namespace madang::app {

class Console {
 public:
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Without the program's name.
  std::vector<std::string> arguments(int argc, char** argv) const;

 private:
  [[maybe_unused]] unsigned code_page_before_ = 0;  // of Windows
};

}  // namespace madang::app

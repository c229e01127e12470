// Console: the program's arguments and standard streams in UTF-8, on Windows too. Nothing to do elsewhere.
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

// Console: the program's arguments and standard streams, in UTF-8 also on Windows.
//
// The constructor opens the null device for each standard stream that is not open. A reader of standard
// output that ends does not kill the program. To be made at the beginning of main, before any thread.
#pragma once

#include <string>
#include <vector>

namespace madang::server {

class Console {
 public:
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Returns the arguments without the program's name.
  std::vector<std::string> arguments(int argc, char** argv) const;

 private:
  [[maybe_unused]] unsigned code_page_before_ = 0;  // Windows only: restored by the destructor
};

}  // namespace madang::server

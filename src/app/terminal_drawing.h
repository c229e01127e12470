// TerminalDrawing: may this stream be drawn on, or only written to? For as long as it lives, a Windows
// console that can understand escape codes does.
#pragma once

#include <cstdio>

namespace madang::app {

class TerminalDrawing {
 public:
  explicit TerminalDrawing(std::FILE* stream);
  ~TerminalDrawing();
  TerminalDrawing(const TerminalDrawing&) = delete;
  TerminalDrawing& operator=(const TerminalDrawing&) = delete;

  /// A person looks at it, and escape codes work.
  bool works() const { return works_; }
  /// Columns; 80 when nobody knows.
  int columns() const;

 private:
  std::FILE* stream_;
  bool works_ = false;
  [[maybe_unused]] unsigned long mode_before_ = 0;  ///< Windows: to be put back
};

}  // namespace madang::app

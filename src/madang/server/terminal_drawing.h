// TerminalDrawing: finds out if a stream is a terminal that understands escape codes. On Windows, the console
// understands escape codes as long as this object lives. One thread.
#pragma once

#include <cstdio>

namespace madang::server {

class TerminalDrawing {
 public:
  explicit TerminalDrawing(std::FILE* stream);
  ~TerminalDrawing();
  TerminalDrawing(const TerminalDrawing&) = delete;
  TerminalDrawing& operator=(const TerminalDrawing&) = delete;

  /// Returns true if the stream is a terminal that understands escape codes.
  bool works() const { return works_; }
  /// Returns the number of columns, or 80 if the system does not know.
  int columns() const;

 private:
  std::FILE* stream_;
  bool works_ = false;
  [[maybe_unused]] unsigned long mode_before_ = 0;  // Windows only: restored by the destructor
};

}  // namespace madang::server

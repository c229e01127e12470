#include <windows.h>

#include "madang/base/standard_stream.h"

namespace madang {

Result<void> write_to(StandardStream stream, std::string_view text) {
  const HANDLE handle =
      ::GetStdHandle(stream == StandardStream::output ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE);
  while (!text.empty()) {
    DWORD written = 0;
    if (!::WriteFile(handle, text.data(), static_cast<DWORD>(text.size()), &written, nullptr))
      return std::unexpected(last_os_error("WriteFile"));
    text.remove_prefix(written);
  }
  return {};
}

Result<void> write_within(StandardStream stream, std::string_view text, Duration) {
  return write_to(stream, text);
}

}  // namespace madang

#include <windows.h>

#include <algorithm>
#include <filesystem>

#include "madang/server/output_file.h"

namespace madang::server {

namespace {

constexpr std::size_t write_bytes_max = 1u << 30;  // of one call, whose count has 32 bits

class WindowsFile final : public OutputFile {
 public:
  explicit WindowsFile(HANDLE handle) : handle_(handle) {}
  ~WindowsFile() override { ::CloseHandle(handle_); }
  WindowsFile(const WindowsFile&) = delete;
  WindowsFile& operator=(const WindowsFile&) = delete;

  Result<void> write(Bytes bytes) override {
    while (!bytes.empty()) {
      DWORD written = 0;
      const auto count = static_cast<DWORD>(std::min(bytes.size(), write_bytes_max));
      if (!::WriteFile(handle_, bytes.data(), count, &written, nullptr))
        return std::unexpected(last_os_error("WriteFile"));
      bytes = bytes.subspan(written);
    }
    return {};
  }

 private:
  const HANDLE handle_;
};

}  // namespace

// Other programs may read the file while it grows.
Result<std::unique_ptr<OutputFile>> create_file(const std::string& path) {
  const std::filesystem::path name(std::u8string(path.begin(), path.end()));
  const HANDLE handle = ::CreateFileW(name.c_str(), GENERIC_WRITE, FILE_SHARE_READ, nullptr, CREATE_NEW,
                                      FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return std::unexpected(last_os_error("CreateFile"));
  return std::make_unique<WindowsFile>(handle);
}

}  // namespace madang::server

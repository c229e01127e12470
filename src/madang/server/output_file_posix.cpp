#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "madang/server/output_file.h"

namespace madang::server {

namespace {

class PosixFile final : public OutputFile {
 public:
  explicit PosixFile(int descriptor) : descriptor_(descriptor) {}
  ~PosixFile() override { ::close(descriptor_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  Result<void> write(Bytes bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written >= 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        return std::unexpected(last_os_error("write"));
      }
    }
    return {};
  }

 private:
  const int descriptor_;
};

}  // namespace

Result<std::unique_ptr<OutputFile>> create_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return std::unexpected(last_os_error("open"));
  return std::make_unique<PosixFile>(descriptor);
}

}  // namespace madang::server

// A path of its own for a test, and the files there, which are removed at the end.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>

namespace madang {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name) {
    static std::atomic<int> number = 0;
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    folder_ = std::filesystem::path(testing::TempDir()) / fmt::format("madang-{}-{}", now, ++number);
    std::filesystem::create_directories(folder_);
    path_ = (folder_ / name).string();
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::filesystem::path folder_;
  std::string path_;
};

}  // namespace madang

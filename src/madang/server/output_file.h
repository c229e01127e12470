// OutputFile: a file to which bytes are appended. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "madang/base/bytes.h"
#include "madang/base/error.h"

namespace madang::server {

class OutputFile {
 public:
  virtual ~OutputFile() = default;

  /// Appends all of these bytes. Waits for the disk. After an error the file may end with a part of them.
  [[nodiscard]] virtual Result<void> write(Bytes bytes) = 0;
};

/// Creates a file. `path` is UTF-8. On Linux only its owner may read it; on Windows it has the access rights
/// of its folder. The error is `already_exists` if there is something with this name.
Result<std::unique_ptr<OutputFile>> create_file(const std::string& path);

}  // namespace madang::server

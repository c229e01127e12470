// The tables of a store in one file of SQLite: write-ahead log, flushed at each commit.
//
// The file is locked for other programs as long as it is open. Besides it are FILE-wal, and for a moment
// FILE-journal; all of them belong together.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "madang/keeper/store_error.h"
#include "madang/keeper/tables.h"

namespace madang::keeper {

struct SqliteSettings {
  /// How long `open` waits for another program that has the file open.
  std::uint32_t wait_for_lock_ms = 1'000;
  /// Whether there must be a store in the file already. Otherwise a file that is not there, or is empty,
  /// becomes a new store.
  bool must_exist = false;
  /// Pages of 4 KiB in the write-ahead log after which the next commit first writes them into the file
  /// itself.
  std::uint32_t checkpoint_pages = 1'000;
  /// The name of SQLite's layer above the system; empty: the system's own. For tests.
  std::string vfs{};
};

/// Opens the store in the file, or makes one there. ":memory:" makes one that keeps nothing.
StoreResult<std::unique_ptr<Tables>> open_sqlite(const std::string& path,
                                                 const SqliteSettings& settings = {});

}  // namespace madang::keeper

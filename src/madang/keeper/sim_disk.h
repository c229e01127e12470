// SimDisk: a disk for simulations, below the real SQLite. It forgets what was not flushed, writes a part of
// what it was given, and fails at any operation that a test names.
//
// It stands where the system's files stand (a VFS of SQLite), so a store on it runs all code of a real one:
//
//   SimDisk disk(seed);
//   auto tables = open_sqlite("store", {.vfs = disk.vfs()});
//
// Power. `lose_power_at(n)` makes the nth operation from now on and all later ones fail. Then close the
// store, and call `restart()`. Each file has what was flushed, and any part of what was written later: pieces
// of at most 512 bytes, each of them perhaps cut. A file that was made or removed without a flush may be
// there or not.
//
// One failure. `fail_at(n, failure)` makes one operation fail, and later ones work again. A write that fails
// may have written a part. A flush that fails forgets what it should have flushed, as on Linux. So a program
// that flushes again and believes it loses data.
//
// An operation is a write, a flush, a truncation, a removal of a file, or an opening that makes one.
// Everything is a function of the seed and of the calls. One thread. The disk must outlive all stores on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/base/random.h"

namespace madang::keeper {

enum class DiskFailure : std::uint8_t {
  none,
  io,    ///< the operation fails
  full,  ///< a write finds no space on the disk; a flush has its space already
};

class SimDisk {
 public:
  explicit SimDisk(std::uint64_t seed);
  SimDisk(const SimDisk&) = delete;
  SimDisk& operator=(const SimDisk&) = delete;
  ~SimDisk();

  /// Returns the name of the VFS for SQLite.
  const std::string& vfs() const { return name_; }

  /// Returns the number of operations so far.
  std::uint64_t operations() const { return operations_; }
  /// Returns how many of them have failed.
  std::uint64_t failures() const { return failures_; }
  /// The operation with this number, from 1 on after this call, and all later ones fail.
  void lose_power_at(std::uint64_t number);
  bool has_power() const { return has_power_; }
  /// The operation with this number, from 1 on after this call, fails.
  void fail_at(std::uint64_t number, DiskFailure failure);
  /// From now on, writes find no space. They find it again with `false`, and after a restart.
  void stay_full(bool is_full) { is_full_ = is_full; }
  /// From now on, nothing can be read. Ends likewise.
  void fail_reads(bool do_fail) { do_reads_fail_ = do_fail; }
  /// Gives power again. Precondition: all files are closed (CHECK).
  void restart();
  /// Makes operations work again, and forgets nothing: only the program ended. Same precondition.
  void restart_program();

  /// Returns the bytes of a file as a program reads them; for tests that damage one.
  std::vector<std::byte>& content_of(const std::string& path);

 private:
  friend struct SimDiskVfs;

  /// What was written and not flushed. A truncation has no bytes.
  struct Write {
    std::size_t offset = 0;
    std::vector<std::byte> bytes{};
  };
  struct File {
    std::vector<std::byte> content{};  ///< what programs read
    std::vector<std::byte> flushed{};  ///< what surely survives
    std::vector<Write> writes{};       ///< between the two, in their order
    bool is_there = true;              ///< programs see it
    bool was_there = false;            ///< it is in the flushed directory
    std::shared_ptr<File> before{};    ///< the removed file of this name that the flushed directory has
    bool flushes_directory = false;    ///< with its next flush
    int opened = 0;
    // Locks of SQLite: those that hold each level.
    int shared = 0;
    const void* reserved = nullptr;
    const void* pending = nullptr;
    const void* exclusive = nullptr;
  };

  /// Counts an operation, and returns how it fails.
  DiskFailure begin_operation();
  void flush_directory();
  /// Moves any part of what was written and not flushed to what is flushed.
  void survive(File& file);
  /// Writes bytes into a content; no bytes: cuts it off at the offset.
  static void put(std::vector<std::byte>& content, std::size_t offset, Bytes bytes);

  std::string name_;
  std::unique_ptr<struct SimDiskVfs> vfs_;
  Random random_;
  std::map<std::string, std::shared_ptr<File>, std::less<>> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t power_ends_at_ = 0;  ///< 0: never
  std::uint64_t fails_at_ = 0;       ///< 0: never
  DiskFailure failure_ = DiskFailure::none;
  bool has_power_ = true;
  bool is_full_ = false;
  bool do_reads_fail_ = false;
};

}  // namespace madang::keeper

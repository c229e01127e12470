#include "madang/keeper/sim_disk.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "madang/base/check.h"

namespace madang::keeper {

/// SQLite's view of the disk: https://www.sqlite.org/vfs.html. SQLite calls functions of C with pointers to
/// these structures.
struct SimDiskVfs : sqlite3_vfs {
  struct Open : sqlite3_file {
    SimDisk* disk;
    std::shared_ptr<SimDisk::File>* file;
    int lock;
  };

  static SimDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<SimDisk*>(vfs->pAppData); }
  static Open& open_of(sqlite3_file* file) { return *static_cast<Open*>(file); }
  static SimDisk::File& file_of(sqlite3_file* file) { return **open_of(file).file; }
  /// Counts an operation. Returns the code with which it fails; SQLITE_OK: it works.
  static int begin(SimDisk& disk, int code_of_io) {
    switch (disk.begin_operation()) {
      case DiskFailure::none: return SQLITE_OK;
      case DiskFailure::io: return code_of_io;
      case DiskFailure::full: return SQLITE_FULL;
    }
    return SQLITE_OK;
  }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags, int* flags_out) {
    SimDisk& disk = disk_of(vfs);
    out->pMethods = nullptr;
    std::shared_ptr<SimDisk::File> file;
    if (path == nullptr) {
      file = std::make_shared<SimDisk::File>();  // a temporary file: nobody finds it after a restart
    } else {
      const auto found = disk.files_.find(path);
      if (found != disk.files_.end() && found->second->is_there) {
        file = found->second;
      } else {
        if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        if (const int code = begin(disk, SQLITE_CANTOPEN); code != SQLITE_OK) return code;
        file = std::make_shared<SimDisk::File>();
        auto& slot = disk.files_[path];
        if (slot) file->before = slot->was_there ? slot : slot->before;
        slot = file;
        // The system's layer flushes the directory with the first flush of such a file.
        file->flushes_directory =
            (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL)) != 0;
      }
    }
    ++file->opened;
    Open& opened = open_of(out);
    opened.disk = &disk;
    opened.file = new std::shared_ptr<SimDisk::File>(std::move(file));
    opened.lock = SQLITE_LOCK_NONE;
    opened.pMethods = &methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int must_flush) {
    SimDisk& disk = disk_of(vfs);
    const auto found = disk.files_.find(path);
    if (found == disk.files_.end() || !found->second->is_there) return SQLITE_IOERR_DELETE_NOENT;
    if (const int code = begin(disk, SQLITE_IOERR_DELETE); code != SQLITE_OK) return code;
    found->second->is_there = false;
    if (must_flush != 0) disk.flush_directory();
    return SQLITE_OK;
  }

  static int access(sqlite3_vfs* vfs, const char* path, int, int* out) {
    const auto& files = disk_of(vfs).files_;
    const auto found = files.find(path);
    *out = found != files.end() && found->second->is_there;
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", path);
    return SQLITE_OK;
  }
  static int randomness(sqlite3_vfs* vfs, int size, char* out) {
    for (int i = 0; i < size; ++i) out[i] = static_cast<char>(disk_of(vfs).random_.next());
    return size;
  }
  static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
  static int time(sqlite3_vfs*, double* out) {
    *out = 2'461'000.5;  // a day in 2025, in Julian days
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }

  static int close(sqlite3_file* file) {
    unlock(file, SQLITE_LOCK_NONE);
    --file_of(file).opened;
    delete open_of(file).file;
    return SQLITE_OK;
  }

  static int read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
    if (open_of(file).disk->do_reads_fail_) return SQLITE_IOERR_READ;
    const std::vector<std::byte>& content = file_of(file).content;
    const auto begin = std::min(static_cast<std::size_t>(offset), content.size());
    const auto count = std::min(static_cast<std::size_t>(size), content.size() - begin);
    if (count > 0) std::memcpy(out, content.data() + begin, count);
    if (count == static_cast<std::size_t>(size)) return SQLITE_OK;
    std::memset(static_cast<std::byte*>(out) + count, 0, static_cast<std::size_t>(size) - count);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    SimDisk& disk = *open_of(file).disk;
    DiskFailure failure = disk.begin_operation();
    if (failure == DiskFailure::none && disk.is_full_) failure = DiskFailure::full;
    auto written = static_cast<std::uint32_t>(size);
    if (failure != DiskFailure::none) written = disk.has_power_ ? disk.random_.below(written) : 0;
    if (written > 0) {
      const auto* bytes = static_cast<const std::byte*>(data);
      SimDisk::Write& write = file_of(file).writes.emplace_back(static_cast<std::size_t>(offset));
      write.bytes.assign(bytes, bytes + written);
      SimDisk::put(file_of(file).content, write.offset, write.bytes);
    }
    if (failure == DiskFailure::full) return SQLITE_FULL;
    return failure == DiskFailure::io ? SQLITE_IOERR_WRITE : SQLITE_OK;
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = begin(*open_of(file).disk, SQLITE_IOERR_TRUNCATE); code != SQLITE_OK) return code;
    file_of(file).content.resize(static_cast<std::size_t>(size));
    file_of(file).writes.push_back({static_cast<std::size_t>(size)});
    return SQLITE_OK;
  }

  static int sync(sqlite3_file* file, int) {
    SimDisk::File& disk_file = file_of(file);
    if (open_of(file).disk->begin_operation() == DiskFailure::io) {
      // The system has tried, and calls what it could not write clean.
      if (open_of(file).disk->has_power_) open_of(file).disk->survive(disk_file);
      return SQLITE_IOERR_FSYNC;
    }
    // Only these: what a failed flush has forgotten is never written.
    for (const SimDisk::Write& write : disk_file.writes)
      SimDisk::put(disk_file.flushed, write.offset, write.bytes);
    disk_file.writes.clear();
    if (std::exchange(disk_file.flushes_directory, false)) open_of(file).disk->flush_directory();
    return SQLITE_OK;
  }

  static int size(sqlite3_file* file, sqlite3_int64* out) {
    *out = static_cast<sqlite3_int64>(file_of(file).content.size());
    return SQLITE_OK;
  }

  // The levels of locks: https://www.sqlite.org/lockingv3.html.
  static int lock(sqlite3_file* file, int level) {
    Open& self = open_of(file);
    SimDisk::File& disk_file = file_of(file);
    const auto is_others = [&](const void* holder) { return holder != nullptr && holder != &self; };
    if (level <= self.lock) return SQLITE_OK;
    if (is_others(disk_file.exclusive)) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_SHARED) {
      if (is_others(disk_file.pending)) return SQLITE_BUSY;
      ++disk_file.shared;
    } else if (level == SQLITE_LOCK_RESERVED) {
      if (is_others(disk_file.reserved)) return SQLITE_BUSY;
      disk_file.reserved = &self;
    } else {
      if (is_others(disk_file.reserved) || is_others(disk_file.pending)) return SQLITE_BUSY;
      disk_file.pending = &self;
      if (disk_file.shared > 1) return SQLITE_BUSY;
      disk_file.exclusive = &self;
    }
    self.lock = level;
    return SQLITE_OK;
  }
  static int unlock(sqlite3_file* file, int level) {
    Open& self = open_of(file);
    SimDisk::File& disk_file = file_of(file);
    for (const void** holder : {&disk_file.reserved, &disk_file.pending, &disk_file.exclusive})
      if (*holder == &self) *holder = nullptr;
    if (level == SQLITE_LOCK_NONE && self.lock >= SQLITE_LOCK_SHARED) --disk_file.shared;
    self.lock = std::min(self.lock, level);
    return SQLITE_OK;
  }
  static int is_reserved(sqlite3_file* file, int* out) {
    *out = file_of(file).reserved != nullptr;
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return 512; }
  static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static const sqlite3_io_methods methods;
};

const sqlite3_io_methods SimDiskVfs::methods = {
    .iVersion = 1,  // without shared memory
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

SimDisk::SimDisk(std::uint64_t seed)
    : name_(fmt::format("madang-sim-{}", fmt::ptr(this))),
      vfs_(std::make_unique<SimDiskVfs>()),
      random_(seed) {
  sqlite3_vfs& vfs = *vfs_;
  vfs = {};
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(SimDiskVfs::Open);
  vfs.mxPathname = 512;
  vfs.zName = name_.c_str();
  vfs.pAppData = this;
  vfs.xOpen = SimDiskVfs::open;
  vfs.xDelete = SimDiskVfs::remove;
  vfs.xAccess = SimDiskVfs::access;
  vfs.xFullPathname = SimDiskVfs::full_path;
  vfs.xRandomness = SimDiskVfs::randomness;
  vfs.xSleep = SimDiskVfs::sleep;
  vfs.xCurrentTime = SimDiskVfs::time;
  vfs.xGetLastError = SimDiskVfs::last_error;
  MADANG_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

SimDisk::~SimDisk() { sqlite3_vfs_unregister(vfs_.get()); }

void SimDisk::lose_power_at(std::uint64_t number) { power_ends_at_ = operations_ + number; }

void SimDisk::fail_at(std::uint64_t number, DiskFailure failure) {
  fails_at_ = operations_ + number;
  failure_ = failure;
}

DiskFailure SimDisk::begin_operation() {
  if (++operations_ == power_ends_at_) has_power_ = false;
  const DiskFailure failure = !has_power_                ? DiskFailure::io
                              : operations_ == fails_at_ ? failure_
                                                         : DiskFailure::none;
  failures_ += failure != DiskFailure::none;
  return failure;
}

void SimDisk::put(std::vector<std::byte>& content, std::size_t offset, Bytes bytes) {
  if (bytes.empty()) {
    content.resize(offset);
    return;
  }
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  std::ranges::copy(bytes, content.begin() + static_cast<std::ptrdiff_t>(offset));
}

void SimDisk::flush_directory() {
  for (auto& [path, file] : files_) {
    file->was_there = file->is_there;
    file->before.reset();
  }
}

// Nothing, all, or any part of what was written reaches the disk.
void SimDisk::survive(File& file) {
  constexpr std::size_t piece_max = 512;
  const std::uint32_t in_three = random_.below(4);  // how many pieces of three survive
  for (const Write& write : file.writes) {
    if (write.bytes.empty()) {
      if (random_.chance(in_three, 3)) put(file.flushed, write.offset, {});
      continue;
    }
    for (std::size_t begin = 0; begin < write.bytes.size();) {
      const std::size_t place = write.offset + begin;
      std::size_t size = std::min(piece_max - place % piece_max, write.bytes.size() - begin);
      Bytes piece = Bytes(write.bytes).subspan(begin, size);
      begin += size;
      if (!random_.chance(in_three, 3)) continue;
      if (random_.chance(1, 16)) piece = piece.first(1 + random_.below(static_cast<std::uint32_t>(size)));
      put(file.flushed, place, piece);
    }
  }
  file.writes.clear();
}

void SimDisk::restart() {
  for (auto entry = files_.begin(); entry != files_.end();) {
    std::shared_ptr<File>& file = entry->second;
    MADANG_CHECK(file->opened == 0, "{} is open", entry->first);
    survive(*file);
    // What the directory did not flush may be so or as it was.
    const bool is_as_it_was = random_.chance(1, 2);
    if (is_as_it_was) {
      if (auto before = file->before) file = std::move(before);
      file->is_there = file->was_there;
    }
    file->was_there = file->is_there;
    file->before.reset();
    file->content = file->flushed;
    entry = file->is_there ? std::next(entry) : files_.erase(entry);
  }
  restart_program();
}

void SimDisk::restart_program() {
  for (const auto& [path, file] : files_) MADANG_CHECK(file->opened == 0, "{} is open", path);
  has_power_ = true;
  power_ends_at_ = fails_at_ = 0;
  is_full_ = do_reads_fail_ = false;
}

std::vector<std::byte>& SimDisk::content_of(const std::string& path) {
  const auto found = files_.find(path);
  MADANG_CHECK(found != files_.end(), "there is no file {}", path);
  return found->second->content;
}

}  // namespace madang::keeper

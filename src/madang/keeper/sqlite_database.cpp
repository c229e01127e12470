#include "madang/keeper/sqlite_database.h"

#include <fmt/core.h>

#include "madang/base/check.h"

namespace madang::keeper {

namespace {

StoreFault fault_of(int code) {
  switch (code & 0xff) {  // the lowest byte is the primary code
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return StoreFault::in_use;
    case SQLITE_NOTADB: return StoreFault::not_a_store;
    case SQLITE_CORRUPT: return StoreFault::damaged;
    case SQLITE_FULL: return StoreFault::disk_full;
    case SQLITE_READONLY: return StoreFault::read_only;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return StoreFault::cannot_open;
    default: return StoreFault::io_failed;
  }
}

std::string said(const std::string& path, sqlite3* handle, int code) {
  switch (fault_of(code)) {
    case StoreFault::in_use: return fmt::format("{}: another program has this store open", path);
    case StoreFault::not_a_store: return fmt::format("{}: this file is no store of Madang", path);
    case StoreFault::disk_full:
      return fmt::format("{}: the disk is full; nothing of this commit is stored", path);
    case StoreFault::read_only: return fmt::format("{}: this file cannot be written to", path);
    case StoreFault::cannot_open:  // SQLite tries several ways, so the system's last error says nothing
      return fmt::format(
          "{}: cannot open or make this file; is its folder there, and may this program write to it?", path);
    default: {
      const int os_code = handle == nullptr ? 0 : sqlite3_system_errno(handle);
      const char* message = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
      return os_code == 0 ? fmt::format("{}: {} (SQLite {})", path, message, code)
                          : fmt::format("{}: {} (SQLite {}, system {})", path, message, code, os_code);
    }
  }
}

}  // namespace

StoreResult<SqliteDatabase> SqliteDatabase::open(const std::string& path, bool must_exist, const char* vfs) {
  SqliteDatabase database;
  database.path_ = path;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &handle,
      SQLITE_OPEN_READWRITE | (must_exist ? 0 : SQLITE_OPEN_CREATE) | SQLITE_OPEN_EXRESCODE, vfs);
  database.handle_.reset(handle);
  if (code != SQLITE_OK) return std::unexpected(StoreError{fault_of(code), said(path, handle, code), {}});
  // SQLite opens a file that it may only read without an error.
  if (sqlite3_db_readonly(handle, "main") == 1)
    return std::unexpected(StoreError{StoreFault::read_only, said(path, handle, SQLITE_READONLY), {}});
  return database;
}

StoreError SqliteDatabase::last_error() const {
  const int code = sqlite3_extended_errcode(handle_.get());
  return {fault_of(code), said(path_, handle_.get(), code)};
}

StoreResult<void> SqliteDatabase::run(const char* sql) {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(last_error());
  return {};
}

StoreResult<SqliteStatement> SqliteDatabase::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    return std::unexpected(last_error());
  return SqliteStatement(*this, statement);
}

StoreResult<std::int64_t> SqliteDatabase::number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  auto stepped = statement->step();
  if (!stepped) return std::unexpected(stepped.error());
  return *stepped ? statement->number(0) : 0;
}

StoreResult<bool> SqliteStatement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return std::unexpected(database_->last_error());
  }
}

Bytes SqliteStatement::blob(int column) {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const std::byte*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void SqliteStatement::bind_one(int index, Bytes value) {
  // A pointer to nothing would bind NULL.
  const int code = sqlite3_bind_blob64(statement_.get(), index,
                                       value.empty() ? "" : static_cast<const void*>(value.data()),
                                       value.size(), SQLITE_STATIC);
  MADANG_CHECK(code == SQLITE_OK, "a value of {} bytes is not bound: {}", value.size(), code);
}
void SqliteStatement::bind_one(int index, std::string_view value) {
  const int code = sqlite3_bind_text64(statement_.get(), index, value.empty() ? "" : value.data(),
                                       value.size(), SQLITE_STATIC, SQLITE_UTF8);
  MADANG_CHECK(code == SQLITE_OK, "a text of {} bytes is not bound: {}", value.size(), code);
}

}  // namespace madang::keeper

// SqliteDatabase, SqliteStatement: a file of SQLite, and a statement on it. Errors are values.
//
// No statement is built from a text of a stranger: all SQL is written in the source, and values are bound.
// One thread at a time. A database must outlive its statements.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

class SqliteStatement;

class SqliteDatabase {
 public:
  /// Opens the file, or makes it unless it must exist. `vfs` is the name of SQLite's layer above the system;
  /// nullptr: the system's own.
  static StoreResult<SqliteDatabase> open(const std::string& path, bool must_exist = false,
                                          const char* vfs = nullptr);

  /// Runs statements that have no values and no results.
  StoreResult<void> run(const char* sql);
  StoreResult<SqliteStatement> prepare(const char* sql);
  /// Returns the number in the first column of the first row.
  StoreResult<std::int64_t> number(const char* sql);

  /// Returns the error of the last call, with the name of the file.
  StoreError last_error() const;
  sqlite3* handle() { return handle_.get(); }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(SqliteDatabase& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}

  /// Begins anew, with these values for the parameters ?1, ?2 and so on. Texts and blobs must live until the
  /// next call of bind.
  template <class... Values>
  void bind(const Values&... values) {
    sqlite3_reset(statement_.get());
    int index = 0;
    (bind_one(++index, values), ...);
  }
  /// Ends the use of its rows.
  void reset() { sqlite3_reset(statement_.get()); }
  /// Returns whether there is a row now; false: the statement is done.
  StoreResult<bool> step();
  /// Binds values and runs a statement that has no rows.
  template <class... Values>
  StoreResult<void> run(const Values&... values) {
    bind(values...);
    auto stepped = step();
    sqlite3_reset(statement_.get());
    if (!stepped) return std::unexpected(std::move(stepped.error()));
    return {};
  }

  // A column of the row, from 0 on. Views are valid until the next call.
  std::int64_t number(int column) { return sqlite3_column_int64(statement_.get(), column); }
  std::uint64_t unsigned_number(int column) { return static_cast<std::uint64_t>(number(column)); }
  Bytes blob(int column);
  std::string_view text(int column) { return as_text(blob(column)); }

 private:
  template <std::integral T>
  void bind_one(int index, T value) {
    sqlite3_bind_int64(statement_.get(), index, static_cast<std::int64_t>(value));
  }
  void bind_one(int index, Bytes value);
  void bind_one(int index, std::string_view value);

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  SqliteDatabase* database_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace madang::keeper

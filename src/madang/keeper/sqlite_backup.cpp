#include "madang/keeper/sqlite_backup.h"

#include <fmt/core.h>

#include <filesystem>
#include <system_error>

#include "madang/keeper/audit.h"
#include "madang/keeper/sqlite_database.h"

namespace madang::keeper {

namespace {

/// Removes a file that is not finished.
struct Unfinished {
  std::filesystem::path path;
  ~Unfinished() {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-journal"}) std::filesystem::remove(path.string() + end, ignored);
  }
};

StoreResult<void> audited(const std::string& path) {
  auto tables = open_sqlite(path);
  if (!tables) return std::unexpected(std::move(tables.error()));
  auto kinds = (*tables)->kinds();
  if (!kinds) return std::unexpected(std::move(kinds.error()));
  auto found = audit(**tables, *kinds);
  if (!found) return std::unexpected(std::move(found.error()));
  if (found->violations == 0) return {};
  return refused(StoreFault::damaged, fmt::format("the backup has {} violations; the first one: {}",
                                                  found->violations, found->described.front()));
}

StoreResult<void> move_on(const std::string& path) {
  auto database = SqliteDatabase::open(path);
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto begun = database->run("PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE"); !begun) return begun;
  auto worlds = database->prepare("UPDATE worlds SET epoch = epoch + ?1, tick = tick + ?2");
  auto numbers = database->prepare("UPDATE numbers SET next = next + ?1");
  for (const auto* statement : {&worlds, &numbers})
    if (!*statement) return std::unexpected(statement->error());
  if (auto moved = worlds->run(restore_epochs, restore_ticks); !moved) return moved;
  if (auto moved = numbers->run(restore_numbers); !moved) return moved;
  return database->run("COMMIT");
}

}  // namespace

StoreResult<void> restore_sqlite(const std::string& backup, const std::string& to) {
  std::error_code error;
  if (!std::filesystem::exists(backup, error))
    return refused(StoreFault::cannot_open, fmt::format("{}: there is no such file", backup));
  for (const char* end : {"", "-wal"})
    if (std::filesystem::exists(to + end, error))
      return refused(
          StoreFault::cannot_open,
          fmt::format("{}{}: this file is there already; move it away, or restore to another name", to, end));
  const Unfinished unfinished{to + ".restoring"};
  const std::string path = unfinished.path.string();
  std::filesystem::copy_file(backup, path, std::filesystem::copy_options::overwrite_existing, error);
  if (error) return refused(StoreFault::cannot_open, fmt::format("{}: {}", path, error.message()));
  if (auto checked = audited(path); !checked) return checked;
  if (auto moved = move_on(path); !moved) return moved;
  std::filesystem::rename(path, to, error);
  if (error) return refused(StoreFault::cannot_open, fmt::format("{}: {}", to, error.message()));
  return {};
}

}  // namespace madang::keeper

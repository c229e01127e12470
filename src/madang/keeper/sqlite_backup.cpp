#include "madang/keeper/sqlite_backup.h"

#include <fmt/core.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "madang/keeper/audit.h"
#include "madang/keeper/sqlite_database.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

/// A path made from plain chars would be read in the code page of Windows, and not as UTF-8.
std::filesystem::path path_of(const std::string& name) {
  return std::filesystem::path(std::u8string(name.begin(), name.end()));
}

/// Removes a file that is not finished, before and after its use.
struct Unfinished {
  explicit Unfinished(std::string its_name) : name(std::move(its_name)) { remove(); }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() { remove(); }

  const std::string name;

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-journal"}) std::filesystem::remove(path_of(name + end), ignored);
  }
};

StoreResult<void> audited(Tables& backup) {
  auto kinds = backup.kinds();
  if (!kinds) return std::unexpected(std::move(kinds.error()));
  auto found = audit(backup, *kinds);
  if (!found) return std::unexpected(std::move(found.error()));
  if (found->violations == 0) return {};
  return refused(StoreFault::damaged, fmt::format("the backup has {} violations; the first one: {}",
                                                  found->violations, found->described.front()));
}

/// The copy has no write-ahead log, so what this commits is in the file itself.
StoreResult<void> move_on(const std::string& path) {
  auto database = SqliteDatabase::open(path, true);
  if (!database) return std::unexpected(std::move(database.error()));
  MADANG_TRY(database->run("PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE"));
  auto worlds = database->prepare("UPDATE worlds SET epoch = epoch + ?1, tick = tick + ?2");
  if (!worlds) return std::unexpected(std::move(worlds.error()));
  MADANG_TRY(worlds->run(restore_epochs, restore_ticks));
  // Worlds that the backup does not know had numbers, too.
  auto next_world = database->prepare(
      "INSERT INTO sqlite_sequence(name, seq) "
      "SELECT 'worlds', 0 WHERE NOT EXISTS(SELECT 1 FROM sqlite_sequence WHERE name = 'worlds')");
  if (!next_world) return std::unexpected(std::move(next_world.error()));
  MADANG_TRY(next_world->run());
  auto world_numbers = database->prepare("UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'worlds'");
  if (!world_numbers) return std::unexpected(std::move(world_numbers.error()));
  MADANG_TRY(world_numbers->run(restore_worlds));
  auto numbers = database->prepare("UPDATE numbers SET next = next + ?1");
  if (!numbers) return std::unexpected(std::move(numbers.error()));
  MADANG_TRY(numbers->run(restore_numbers));
  // A token that was ended after the backup must not be valid again.
  MADANG_TRY(database->run("DELETE FROM account_tokens"));
  return database->run("COMMIT");
}

}  // namespace

StoreResult<void> restore_sqlite(const std::string& backup, const std::string& to) {
  std::error_code error;
  for (const char* end : {"", "-wal", "-journal"})
    if (std::filesystem::exists(path_of(to + end), error))
      return refused(
          StoreFault::cannot_open,
          fmt::format("{}{}: this file is there already; move it away, or restore to another name", to, end));
  const Unfinished unfinished{to + ".restoring"};  // also what an earlier restore has left
  {
    // SQLite itself reads the backup: with its log, and with a lock.
    auto tables = open_sqlite(backup, {.must_exist = true});
    if (!tables) return std::unexpected(std::move(tables.error()));
    MADANG_TRY(audited(**tables));
    MADANG_TRY((*tables)->back_up(unfinished.name));
  }
  MADANG_TRY(move_on(unfinished.name));
  std::filesystem::rename(path_of(unfinished.name), path_of(to), error);
  if (error) return refused(StoreFault::cannot_open, fmt::format("{}: {}", to, error.message()));
  return {};
}

}  // namespace madang::keeper

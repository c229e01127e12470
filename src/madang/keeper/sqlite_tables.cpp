#include "madang/keeper/sqlite_tables.h"

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "madang/keeper/account_tables.h"
#include "madang/keeper/sqlite_accounts.h"
#include "madang/keeper/sqlite_database.h"
#include "madang/keeper/stored_values.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

constexpr std::int64_t application_id = 0x4d616461;  // "Mada"
constexpr std::int64_t version = 2;                  // 1: without accounts

// stored_values.h says how values are stored.
constexpr const char* schema = R"(
  CREATE TABLE kinds(id INTEGER PRIMARY KEY, name TEXT NOT NULL, is_single INTEGER NOT NULL) STRICT;
  CREATE TABLE numbers(next INTEGER NOT NULL) STRICT;
  INSERT INTO numbers VALUES(1);
  CREATE TABLE worlds(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL,
    tick INTEGER NOT NULL, entries INTEGER NOT NULL, head BLOB NOT NULL, image BLOB NOT NULL) STRICT;
  CREATE TABLE characters(id INTEGER PRIMARY KEY, world INTEGER NOT NULL, tick INTEGER NOT NULL,
    version INTEGER NOT NULL, image BLOB NOT NULL) STRICT;
  CREATE INDEX characters_by_world ON characters(world) WHERE world <> 0;
  CREATE TABLE holdings(holder BLOB NOT NULL, kind INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY(holder, kind)) STRICT, WITHOUT ROWID;
  CREATE TABLE things(id BLOB PRIMARY KEY NOT NULL, kind INTEGER NOT NULL, holder BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX things_by_holder ON things(holder);
  CREATE TABLE journal(world INTEGER NOT NULL, number INTEGER NOT NULL, epoch INTEGER NOT NULL,
    transfer BLOB NOT NULL UNIQUE, content BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(world, number)) STRICT;
)";

/// Writes what the write-ahead log has into the file itself (a checkpoint).
StoreResult<void> write_back(SqliteDatabase& database, int mode) {
  if (sqlite3_wal_checkpoint_v2(database.handle(), "main", mode, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(database.last_error());
  return {};
}

class SqliteTables final : public Tables {
 public:
  SqliteTables(SqliteDatabase database, std::uint32_t checkpoint_pages)
      : database_(std::move(database)), checkpoint_pages_(checkpoint_pages) {
    // SQLite's own checkpoints forget their errors.
    const auto note_pages = [](void* self, sqlite3*, const char*, int pages) {
      static_cast<SqliteTables*>(self)->log_pages_ = static_cast<std::uint32_t>(pages);
      return SQLITE_OK;
    };
    sqlite3_wal_hook(database_.handle(), note_pages, this);
  }

  StoreResult<void> prepare();

  StoreResult<std::vector<Kind>> kinds() override;
  StoreResult<void> add_kinds(std::span<const Kind> kinds) override;
  StoreResult<WorldRow> lease(std::string_view world_name) override;
  StoreResult<std::uint64_t> reserve_numbers(std::uint64_t count) override;

  StoreResult<Answer> begin(const Query& query) override;
  StoreResult<void> commit(const Changes& changes) override;
  void roll_back() override { static_cast<void>(roll_back_.run()); }

  StoreResult<std::vector<WorldRow>> worlds() override;
  StoreResult<bool> is_done(TransferId id) override;
  StoreResult<std::optional<CharacterRow>> character(CharacterId id) override;
  StoreResult<std::vector<CharacterRow>> characters_in(WorldId world) override;
  StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> holdings_of(const Holder& holder) override;
  StoreResult<std::vector<std::pair<ThingId, Thing>>> things_of(const Holder& holder) override;
  StoreResult<void> for_each_holding(
      const std::function<bool(const HoldingKey&, std::int64_t)>& function) override;
  StoreResult<void> for_each_thing(
      const std::function<bool(const ThingId&, const Thing&)>& function) override;
  StoreResult<void> for_each_entry(WorldId world, std::uint64_t first,
                                   const std::function<bool(const JournalEntry&)>& function) override;
  StoreResult<std::uint64_t> count_characters() override;
  AccountTables& accounts() override { return *accounts_; }
  StoreResult<void> back_up(const std::string& path) override;

 private:
  /// Runs the function in a transaction of its own. If it fails, nothing has changed.
  template <class Function>
  std::invoke_result_t<Function> in_transaction(Function function);
  StoreResult<void> shorten_log();
  StoreResult<Answer> read(const Query& query);
  StoreResult<void> write(const Changes& changes);
  /// Calls the function with each row of a statement, until it returns false.
  template <class Function>
  StoreResult<void> for_each_row(SqliteStatement& statement, Function function);

  SqliteDatabase database_;
  const std::uint32_t checkpoint_pages_;
  std::uint32_t log_pages_ = 0;  ///< in the write-ahead log
  SqliteStatement kinds_, add_kind_;
  SqliteStatement begin_, commit_, roll_back_;
  SqliteStatement world_, world_named_, worlds_, add_world_, set_epoch_, set_world_, set_image_;
  SqliteStatement character_, characters_in_, set_character_, count_characters_;
  SqliteStatement holding_, holdings_of_, all_holdings_, set_holding_, remove_holding_;
  SqliteStatement thing_, things_of_, all_things_, set_thing_;
  SqliteStatement entry_of_, entries_, add_entry_;
  SqliteStatement numbers_, take_numbers_;
  std::unique_ptr<AccountTables> accounts_;
};

WorldRow world_in(SqliteStatement& row) {
  return {{row.unsigned_number(0)}, std::string(row.text(1)), row.unsigned_number(2), row.unsigned_number(3),
          row.unsigned_number(4),   hash_in(row.blob(5)),     copy_of(row.blob(6))};
}

#define MADANG_WORLD_COLUMNS "SELECT id, name, epoch, tick, entries, head, image FROM worlds "

StoreResult<void> SqliteTables::prepare() {
  const std::pair<SqliteStatement*, const char*> all[] = {
      {&kinds_, "SELECT id, name, is_single FROM kinds ORDER BY id"},
      {&add_kind_, "INSERT INTO kinds(id, name, is_single) VALUES(?1, ?2, ?3)"},
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&roll_back_, "ROLLBACK"},
      {&world_, "SELECT epoch, tick, entries, head FROM worlds WHERE id = ?1"},
      {&world_named_, MADANG_WORLD_COLUMNS "WHERE name = ?1"},
      {&worlds_, MADANG_WORLD_COLUMNS "ORDER BY id"},
      {&add_world_,
       "INSERT INTO worlds(name, epoch, tick, entries, head, image) VALUES(?1, 0, 0, 0, ?2, ?3)"},
      {&set_epoch_, "UPDATE worlds SET epoch = ?2 WHERE id = ?1"},
      {&set_world_, "UPDATE worlds SET tick = ?2, entries = ?3, head = ?4 WHERE id = ?1"},
      {&set_image_, "UPDATE worlds SET image = ?2 WHERE id = ?1"},
      {&character_, "SELECT world, tick, version, image FROM characters WHERE id = ?1"},
      {&characters_in_,
       "SELECT id, tick, version, image FROM characters WHERE world = ?1 AND world <> 0 ORDER BY id"},
      {&set_character_,
       "INSERT INTO characters(id, world, tick, version, image) VALUES(?1, ?2, ?3, ?4, ?5) "
       "ON CONFLICT(id) DO UPDATE SET world = ?2, tick = ?3, version = ?4, image = ?5"},
      {&count_characters_, "SELECT count(*) FROM characters"},
      {&holding_, "SELECT count FROM holdings WHERE holder = ?1 AND kind = ?2"},
      {&holdings_of_, "SELECT kind, count FROM holdings WHERE holder = ?1 ORDER BY kind"},
      {&all_holdings_, "SELECT holder, kind, count FROM holdings ORDER BY holder, kind"},
      {&set_holding_,
       "INSERT INTO holdings(holder, kind, count) VALUES(?1, ?2, ?3) "
       "ON CONFLICT(holder, kind) DO UPDATE SET count = ?3"},
      {&remove_holding_, "DELETE FROM holdings WHERE holder = ?1 AND kind = ?2"},
      {&thing_, "SELECT kind, holder FROM things WHERE id = ?1"},
      {&things_of_, "SELECT id, kind FROM things WHERE holder = ?1 ORDER BY id"},
      {&all_things_, "SELECT id, kind, holder FROM things ORDER BY id"},
      {&set_thing_,
       "INSERT INTO things(id, kind, holder) VALUES(?1, ?2, ?3) ON CONFLICT(id) DO UPDATE SET kind = ?2, "
       "holder = ?3"},
      {&entry_of_, "SELECT content FROM journal WHERE transfer = ?1"},
      {&entries_,
       "SELECT number, epoch, transfer, content, hash FROM journal WHERE world = ?1 AND number >= ?2 ORDER "
       "BY number"},
      {&add_entry_,
       "INSERT INTO journal(world, number, epoch, transfer, content, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"},
      {&numbers_, "SELECT next FROM numbers"},
      {&take_numbers_, "UPDATE numbers SET next = next + ?1"},
  };
  for (const auto& [statement, sql] : all) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    *statement = std::move(*prepared);
  }
  auto accounts = prepare_sqlite_accounts(database_, [this] { return shorten_log(); });
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  accounts_ = std::move(*accounts);
  return {};
}

template <class Function>
std::invoke_result_t<Function> SqliteTables::in_transaction(Function function) {
  MADANG_TRY(begin_.run());
  auto result = function();
  if (result) {
    auto committed = commit_.run();
    if (committed) return result;
    result = std::unexpected(std::move(committed.error()));
  }
  roll_back();
  return result;
}

template <class Function>
StoreResult<void> SqliteTables::for_each_row(SqliteStatement& statement, Function function) {
  while (true) {
    auto row = statement.step();
    if (row && *row && function()) continue;
    statement.reset();
    if (!row) return std::unexpected(std::move(row.error()));
    return {};
  }
}

StoreResult<std::vector<Kind>> SqliteTables::kinds() {
  std::vector<Kind> kinds;
  kinds_.bind();
  MADANG_TRY(for_each_row(kinds_, [&] {
    kinds.push_back(
        {static_cast<KindId>(kinds_.number(0)), std::string(kinds_.text(1)), kinds_.number(2) != 0});
    return true;
  }));
  return kinds;
}

StoreResult<void> SqliteTables::add_kinds(std::span<const Kind> kinds) {
  return in_transaction([&]() -> StoreResult<void> {
    for (const Kind& kind : kinds)
      MADANG_TRY(add_kind_.run(kind.id, std::string_view(kind.name), kind.is_single));
    return {};
  });
}

StoreResult<WorldRow> SqliteTables::lease(std::string_view world_name) {
  return in_transaction([&]() -> StoreResult<WorldRow> {
    std::optional<WorldRow> row;
    const auto read = [&]() -> StoreResult<void> {
      world_named_.bind(world_name);
      return for_each_row(world_named_, [&] {
        row = world_in(world_named_);
        return false;
      });
    };
    MADANG_TRY(read());
    if (!row) {
      MADANG_TRY(add_world_.run(world_name, Bytes(Hash{}.bytes), Bytes()));
      MADANG_TRY(read());
    }
    MADANG_TRY(set_epoch_.run(row->id.value, ++row->epoch));
    return std::move(*row);
  });
}

StoreResult<std::uint64_t> SqliteTables::reserve_numbers(std::uint64_t count) {
  return in_transaction([&]() -> StoreResult<std::uint64_t> {
    std::int64_t first = 0;
    numbers_.bind();
    MADANG_TRY(for_each_row(numbers_, [&] {
      first = numbers_.number(0);
      return false;
    }));
    if (first <= 0 || first > numbers_end - static_cast<std::int64_t>(count))
      return refused(
          StoreFault::damaged,
          fmt::format("{}: there are no numbers any more, or their row is gone", database_.path()));
    MADANG_TRY(take_numbers_.run(count));
    return static_cast<std::uint64_t>(first);
  });
}

/// What is in a long log is durable already. So a checkpoint that fails is a failure of the next commit, and
/// not of one that is done.
StoreResult<void> SqliteTables::shorten_log() {
  if (log_pages_ < checkpoint_pages_) return {};
  MADANG_TRY(write_back(database_, SQLITE_CHECKPOINT_PASSIVE));
  log_pages_ = 0;
  return {};
}

StoreResult<Answer> SqliteTables::begin(const Query& query) {
  MADANG_TRY(shorten_log());
  MADANG_TRY(begin_.run());
  auto answer = read(query);
  if (!answer) roll_back();
  return answer;
}

StoreResult<Answer> SqliteTables::read(const Query& query) {
  Answer answer;
  for (const WorldId id : query.worlds) {
    world_.bind(id.value);
    MADANG_TRY(for_each_row(world_, [&] {
      answer.worlds[id] = {id,
                           {},
                           world_.unsigned_number(0),
                           world_.unsigned_number(1),
                           world_.unsigned_number(2),
                           hash_in(world_.blob(3)),
                           {}};
      return false;
    }));
  }
  for (const HoldingKey& key : query.touched.holdings) {
    const HolderBytes holder = bytes_of(key.holder);
    holding_.bind(Bytes(holder), key.kind);
    MADANG_TRY(for_each_row(holding_, [&] {
      answer.holdings.emplace_back(key, holding_.number(0));
      return false;
    }));
  }
  for (const ThingId& id : query.touched.things) {
    const IdBytes bytes = bytes_of(id);
    thing_.bind(Bytes(bytes));
    MADANG_TRY(for_each_row(thing_, [&] {
      answer.things.emplace_back(id, Thing{static_cast<KindId>(thing_.number(0)), holder_in(thing_.blob(1))});
      return false;
    }));
  }
  for (const TransferId& id : query.transfers) {
    const IdBytes bytes = bytes_of(id);
    entry_of_.bind(Bytes(bytes));
    MADANG_TRY(for_each_row(entry_of_, [&] {
      answer.done[id] = copy_of(entry_of_.blob(0));
      return false;
    }));
  }
  for (const CharacterId id : query.characters) {
    character_.bind(id.value);
    MADANG_TRY(for_each_row(character_, [&] {
      answer.characters[id] = {id,
                               {character_.unsigned_number(0)},
                               character_.unsigned_number(1),
                               static_cast<std::uint32_t>(character_.number(2)),
                               {}};
      return false;
    }));
  }
  return answer;
}

StoreResult<void> SqliteTables::commit(const Changes& changes) {
  auto written = write(changes);
  if (written) written = commit_.run();
  if (!written) roll_back();
  return written;
}

StoreResult<void> SqliteTables::write(const Changes& changes) {
  for (const auto& [key, count] : changes.holdings) {
    const HolderBytes holder = bytes_of(key.holder);
    MADANG_TRY(count == 0 ? remove_holding_.run(Bytes(holder), key.kind)
                          : set_holding_.run(Bytes(holder), key.kind, count));
  }
  for (const auto& [id, thing] : changes.things) {
    const IdBytes bytes = bytes_of(id);
    const HolderBytes holder = bytes_of(thing.holder);
    MADANG_TRY(set_thing_.run(Bytes(bytes), thing.kind, Bytes(holder)));
  }
  for (const JournalEntry& entry : changes.entries) {
    const IdBytes transfer = bytes_of(entry.transfer);
    MADANG_TRY(add_entry_.run(entry.world.value, entry.number, entry.epoch, Bytes(transfer),
                              Bytes(entry.content), Bytes(entry.hash.bytes)));
  }
  for (const CharacterRow& row : changes.characters)
    MADANG_TRY(set_character_.run(row.id.value, row.world.value, row.tick, row.version, Bytes(row.image)));
  for (const WorldRow& world : changes.worlds)
    MADANG_TRY(set_world_.run(world.id.value, world.tick, world.entries, Bytes(world.head.bytes)));
  for (const auto& [world, image] : changes.world_images)
    MADANG_TRY(set_image_.run(world.value, Bytes(image)));
  return {};
}

StoreResult<std::vector<WorldRow>> SqliteTables::worlds() {
  std::vector<WorldRow> worlds;
  worlds_.bind();
  MADANG_TRY(for_each_row(worlds_, [&] {
    worlds.push_back(world_in(worlds_));
    return true;
  }));
  return worlds;
}

StoreResult<bool> SqliteTables::is_done(TransferId id) {
  bool is_done = false;
  const IdBytes bytes = bytes_of(id);
  entry_of_.bind(Bytes(bytes));
  MADANG_TRY(for_each_row(entry_of_, [&] {
    is_done = true;
    return false;
  }));
  return is_done;
}

StoreResult<std::optional<CharacterRow>> SqliteTables::character(CharacterId id) {
  std::optional<CharacterRow> row;
  character_.bind(id.value);
  MADANG_TRY(for_each_row(character_, [&] {
    row = CharacterRow{id,
                       {character_.unsigned_number(0)},
                       character_.unsigned_number(1),
                       static_cast<std::uint32_t>(character_.number(2)),
                       copy_of(character_.blob(3))};
    return false;
  }));
  return row;
}

StoreResult<std::vector<CharacterRow>> SqliteTables::characters_in(WorldId world) {
  std::vector<CharacterRow> rows;
  characters_in_.bind(world.value);
  MADANG_TRY(for_each_row(characters_in_, [&] {
    rows.push_back({{characters_in_.unsigned_number(0)},
                    world,
                    characters_in_.unsigned_number(1),
                    static_cast<std::uint32_t>(characters_in_.number(2)),
                    copy_of(characters_in_.blob(3))});
    return true;
  }));
  return rows;
}

StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> SqliteTables::holdings_of(
    const Holder& holder) {
  std::vector<std::pair<HoldingKey, std::int64_t>> rows;
  const HolderBytes bytes = bytes_of(holder);
  holdings_of_.bind(Bytes(bytes));
  MADANG_TRY(for_each_row(holdings_of_, [&] {
    rows.emplace_back(HoldingKey{holder, static_cast<KindId>(holdings_of_.number(0))},
                      holdings_of_.number(1));
    return true;
  }));
  return rows;
}

StoreResult<std::vector<std::pair<ThingId, Thing>>> SqliteTables::things_of(const Holder& holder) {
  std::vector<std::pair<ThingId, Thing>> rows;
  const HolderBytes bytes = bytes_of(holder);
  things_of_.bind(Bytes(bytes));
  MADANG_TRY(for_each_row(things_of_, [&] {
    rows.emplace_back(id_in(things_of_.blob(0)), Thing{static_cast<KindId>(things_of_.number(1)), holder});
    return true;
  }));
  return rows;
}

StoreResult<void> SqliteTables::for_each_holding(
    const std::function<bool(const HoldingKey&, std::int64_t)>& function) {
  all_holdings_.bind();
  return for_each_row(all_holdings_, [&] {
    return function({holder_in(all_holdings_.blob(0)), static_cast<KindId>(all_holdings_.number(1))},
                    all_holdings_.number(2));
  });
}

StoreResult<void> SqliteTables::for_each_thing(
    const std::function<bool(const ThingId&, const Thing&)>& function) {
  all_things_.bind();
  return for_each_row(all_things_, [&] {
    return function(id_in(all_things_.blob(0)),
                    {static_cast<KindId>(all_things_.number(1)), holder_in(all_things_.blob(2))});
  });
}

StoreResult<void> SqliteTables::for_each_entry(WorldId world, std::uint64_t first,
                                               const std::function<bool(const JournalEntry&)>& function) {
  entries_.bind(world.value, first);
  return for_each_row(entries_, [&] {
    return function({world, entries_.unsigned_number(0), entries_.unsigned_number(1), id_in(entries_.blob(2)),
                     copy_of(entries_.blob(3)), hash_in(entries_.blob(4))});
  });
}

StoreResult<std::uint64_t> SqliteTables::count_characters() {
  std::uint64_t count = 0;
  count_characters_.bind();
  MADANG_TRY(for_each_row(count_characters_, [&] {
    count = count_characters_.unsigned_number(0);
    return false;
  }));
  return count;
}

/// Writes a copy of everything to a new file, and flushes it.
StoreResult<void> copy_to(SqliteDatabase& database, const std::string& path) {
  auto copy = database.prepare("VACUUM INTO ?1");  // it refuses a file that is there
  if (!copy) return std::unexpected(std::move(copy.error()));
  return copy->run(std::string_view(path));
}

StoreResult<void> SqliteTables::back_up(const std::string& path) {
  if (path.empty() || path.starts_with(':'))
    return refused(StoreFault::cannot_back_up,
                   fmt::format("no backup was made: \"{}\" is no name of a file", path));
  auto done = copy_to(database_, path);
  if (done) return done;
  // A backup that fails is not a failure of the store: the store itself was only read.
  std::string_view why = done.error().text;
  if (done.error().fault == StoreFault::disk_full) why = "the disk is full";
  // The line of this fault begins with the name of the store, but it is the copy that cannot be made.
  if (done.error().fault == StoreFault::cannot_open && why.starts_with(database_.path() + ": "))
    why.remove_prefix(database_.path().size() + 2);
  return refused(StoreFault::cannot_back_up, fmt::format("{}: no backup was made: {}", path, why));
}

/// Copies a store of an earlier version into a file beside it, before it is changed: FILE.before-2. A copy
/// that is there already may be of an earlier try, and perhaps not whole. So it stays, and the next name is
/// FILE.before-2.1.
StoreResult<void> copy_before_change(SqliteDatabase& database) {
  constexpr int copies_max = 10;
  sqlite3_vfs* vfs = nullptr;
  sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_VFS_POINTER, static_cast<void*>(&vfs));
  std::string path = fmt::format("{}.before-{}", database.path(), version);
  const auto is_there = [&] {
    int found = 0;
    return vfs->xAccess(vfs, path.c_str(), SQLITE_ACCESS_EXISTS, &found) == SQLITE_OK && found != 0;
  };
  for (int copy = 1; is_there() && copy < copies_max; ++copy)
    path = fmt::format("{}.before-{}.{}", database.path(), version, copy);
  auto done = copy_to(database, path);
  if (done) return done;
  return refused(StoreFault::cannot_back_up,
                 fmt::format("{}: an earlier Madang has written this store; its copy {} must be made before "
                             "the store is changed, and cannot be written ({})",
                             database.path(), path, done.error().text));
}

/// Makes the tables in an empty file, or checks that they are there. Writes nothing to a file of another
/// program.
StoreResult<void> make_or_check(SqliteDatabase& database, bool must_exist) {
  const auto refuse = [&](StoreFault fault, const std::string& text) {
    return std::unexpected(StoreError{fault, fmt::format("{}: {}", database.path(), text), {}});
  };
  MADANG_TRY(database.run("BEGIN IMMEDIATE"));
  auto found_id = database.number("PRAGMA application_id");
  auto found_version = database.number("PRAGMA user_version");
  auto found_tables = database.number("SELECT count(*) FROM sqlite_schema");
  for (const auto* found : {&found_id, &found_version, &found_tables})
    if (!*found) return std::unexpected(found->error());
  const bool is_new = *found_id == 0 && *found_tables == 0;
  if (!is_new && *found_id != application_id)
    return refuse(StoreFault::not_a_store, "this file belongs to another program; name another file");
  if (*found_version > version)
    return refuse(
        StoreFault::newer_version,
        fmt::format("a later Madang has written this store (its version is {}; this Madang knows {})",
                    *found_version, version));
  if (is_new && must_exist)
    return refuse(StoreFault::not_a_store, "this file is empty: there is no store in it");
  if (!is_new && *found_version < version) {
    // The copy cannot be made in a transaction. The lock stays, so nobody else changes the file meanwhile.
    MADANG_TRY(database.run("COMMIT"));
    MADANG_TRY(write_back(database, SQLITE_CHECKPOINT_TRUNCATE));  // open_sqlite() says why
    MADANG_TRY(copy_before_change(database));
    MADANG_TRY(database.run("BEGIN IMMEDIATE"));
  }
  if (is_new) MADANG_TRY(database.run(schema));
  if (is_new || *found_version < version) {
    MADANG_TRY(database.run(sqlite_accounts_schema));
    MADANG_TRY(database.run("PRAGMA application_id = 0x4d616461; PRAGMA user_version = 2"));
  }
  return database.run("COMMIT");
}

}  // namespace

StoreResult<std::unique_ptr<Tables>> open_sqlite(const std::string& path, const SqliteSettings& settings) {
  if (path.empty()) return refused(StoreFault::cannot_open, "a store needs the name of a file");
  auto database =
      SqliteDatabase::open(path, settings.must_exist, settings.vfs.empty() ? nullptr : settings.vfs.c_str());
  if (!database) return std::unexpected(std::move(database.error()));
  sqlite3_busy_timeout(database->handle(), static_cast<int>(settings.wait_for_lock_ms));
  // The lock stays from the first read to the end, so SQLite needs no memory that programs share.
  MADANG_TRY(database->run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL"));
  MADANG_TRY(make_or_check(*database, settings.must_exist));
  // A flush of the log that failed under an earlier process has left a hole on the disk, which memory still
  // hides. What would be written behind the hole would be lost with the power. So the log is emptied before
  // anything is added.
  MADANG_TRY(database->run("PRAGMA journal_mode = WAL"));
  MADANG_TRY(write_back(*database, SQLITE_CHECKPOINT_TRUNCATE));
  auto tables = std::make_unique<SqliteTables>(std::move(*database), settings.checkpoint_pages);
  MADANG_TRY(tables->prepare());
  return tables;
}

}  // namespace madang::keeper

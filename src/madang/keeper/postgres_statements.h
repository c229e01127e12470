// All statements of PostgresTables. Each connection prepares them once.
#pragma once

namespace madang::keeper {

struct PostgresStatement {
  const char* name;
  const char* sql;
};

/// The version of the schema that this Madang knows.
inline constexpr int postgres_schema_version = 2;  // 1: without accounts

namespace sql {

// In this mode each statement sees what others have committed before the statement. So what is read behind a
// lock is not older than the lock.
inline constexpr PostgresStatement begin{"begin", "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};
inline constexpr PostgresStatement begin_reading{"begin_reading",
                                                 "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
inline constexpr PostgresStatement commit{"commit", "COMMIT"};
inline constexpr PostgresStatement roll_back{"roll_back", "ROLLBACK"};

inline constexpr PostgresStatement version{"version", "SELECT version FROM madang.store"};
inline constexpr PostgresStatement kinds{"kinds", "SELECT id, name, is_single FROM madang.kinds ORDER BY id"};
inline constexpr PostgresStatement add_kinds{
    "add_kinds",
    "INSERT INTO madang.kinds(id, name, is_single) SELECT k.id, k.name, k.is_single <> 0 "
    "FROM unnest($1::int8[], $2::text[], $3::int8[]) AS k(id, name, is_single) ON CONFLICT (id) DO NOTHING"};
inline constexpr PostgresStatement take_numbers{
    "take_numbers",
    "UPDATE madang.numbers SET next = next + $1::int8 WHERE next BETWEEN 1 AND $2::int8 - $1::int8 "
    "RETURNING next - $1::int8"};

// A lease.
#define MADANG_WORLD_COLUMNS "SELECT id, name, epoch, tick, entries, head, image FROM madang.worlds "
inline constexpr PostgresStatement add_world{
    "add_world",
    "INSERT INTO madang.worlds(name, epoch, tick, entries, head, image) SELECT $1::text, 0, 0, 0, $2::bytea, "
    "''::bytea WHERE NOT EXISTS (SELECT FROM madang.worlds WHERE name = $1::text) ON CONFLICT (name) DO "
    "NOTHING"};
inline constexpr PostgresStatement lock_world_named{"lock_world_named",
                                                    MADANG_WORLD_COLUMNS "WHERE name = $1::text FOR UPDATE"};
inline constexpr PostgresStatement set_epoch{"set_epoch",
                                             "UPDATE madang.worlds SET epoch = $2::int8 WHERE id = $1::int8"};

// What `begin` locks and reads. ORDER BY is the order of the locks.
inline constexpr PostgresStatement lock_worlds{
    "lock_worlds",
    "SELECT w.id, w.epoch, w.tick, w.entries, w.head FROM unnest($1::int8[]) WITH ORDINALITY AS k(id, place) "
    "JOIN madang.worlds w ON w.id = k.id ORDER BY k.place FOR UPDATE OF w"};
inline constexpr PostgresStatement lock_characters{
    "lock_characters",
    "SELECT c.id, c.world, c.tick, c.version FROM unnest($1::int8[]) WITH ORDINALITY AS k(id, place) "
    "JOIN madang.characters c ON c.id = k.id ORDER BY k.place FOR UPDATE OF c"};
inline constexpr PostgresStatement lock_holdings{
    "lock_holdings",
    "SELECT k.place, h.count FROM unnest($1::bytea[], $2::int8[]) WITH ORDINALITY AS k(holder, kind, place) "
    "JOIN madang.holdings h ON h.holder = k.holder AND h.kind = k.kind ORDER BY k.place FOR UPDATE OF h"};
inline constexpr PostgresStatement lock_things{
    "lock_things",
    "SELECT k.place, t.kind, t.holder FROM unnest($1::bytea[]) WITH ORDINALITY AS k(id, place) "
    "JOIN madang.things t ON t.id = k.id ORDER BY k.place FOR UPDATE OF t"};
inline constexpr PostgresStatement entries_of{
    "entries_of",
    "SELECT k.place, j.content FROM unnest($1::bytea[]) WITH ORDINALITY AS k(transfer, place) "
    "JOIN madang.journal j ON j.transfer = k.transfer"};

// What `commit` writes. An INSERT has no ON CONFLICT: another server that made the row would be overwritten.
inline constexpr PostgresStatement set_worlds{
    "set_worlds",
    "UPDATE madang.worlds w SET tick = k.tick, entries = k.entries, head = k.head "
    "FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::bytea[]) AS k(id, tick, entries, head) "
    "WHERE w.id = k.id"};
inline constexpr PostgresStatement set_images{
    "set_images",
    "UPDATE madang.worlds w SET image = k.image FROM unnest($1::int8[], $2::bytea[]) AS k(id, image) "
    "WHERE w.id = k.id"};
inline constexpr PostgresStatement set_characters{
    "set_characters",
    "UPDATE madang.characters c SET world = k.world, tick = k.tick, version = k.version, image = k.image "
    "FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::bytea[]) AS k(id, world, tick, version, "
    "image) WHERE c.id = k.id"};
inline constexpr PostgresStatement add_characters{
    "add_characters",
    "INSERT INTO madang.characters(id, world, tick, version, image) "
    "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::bytea[])"};
inline constexpr PostgresStatement set_holdings{
    "set_holdings",
    "UPDATE madang.holdings h SET count = k.count "
    "FROM unnest($1::bytea[], $2::int8[], $3::int8[]) AS k(holder, kind, count) "
    "WHERE h.holder = k.holder AND h.kind = k.kind"};
inline constexpr PostgresStatement add_holdings{"add_holdings",
                                                "INSERT INTO madang.holdings(holder, kind, count) "
                                                "SELECT * FROM unnest($1::bytea[], $2::int8[], $3::int8[])"};
inline constexpr PostgresStatement remove_holdings{
    "remove_holdings",
    "DELETE FROM madang.holdings h USING unnest($1::bytea[], $2::int8[]) AS k(holder, kind) "
    "WHERE h.holder = k.holder AND h.kind = k.kind"};
inline constexpr PostgresStatement set_things{
    "set_things",
    "UPDATE madang.things t SET kind = k.kind, holder = k.holder "
    "FROM unnest($1::bytea[], $2::int8[], $3::bytea[]) AS k(id, kind, holder) WHERE t.id = k.id"};
inline constexpr PostgresStatement add_things{"add_things",
                                              "INSERT INTO madang.things(id, kind, holder) "
                                              "SELECT * FROM unnest($1::bytea[], $2::int8[], $3::bytea[])"};
inline constexpr PostgresStatement add_entries{
    "add_entries",
    "INSERT INTO madang.journal(world, number, epoch, transfer, content, hash) "
    "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::bytea[], $5::bytea[], $6::bytea[])"};

// What is read outside of commits.
inline constexpr PostgresStatement worlds{"worlds", MADANG_WORLD_COLUMNS "ORDER BY id"};
inline constexpr PostgresStatement is_done{
    "is_done", "SELECT EXISTS (SELECT FROM madang.journal WHERE transfer = $1::bytea)"};
inline constexpr PostgresStatement character{
    "character", "SELECT id, world, tick, version, image FROM madang.characters WHERE id = $1::int8"};
inline constexpr PostgresStatement characters_in{
    "characters_in",
    "SELECT id, world, tick, version, image FROM madang.characters WHERE world = $1::int8 AND world <> 0 "
    "ORDER BY id"};
inline constexpr PostgresStatement count_characters{"count_characters",
                                                    "SELECT count(*) FROM madang.characters"};
inline constexpr PostgresStatement holdings_of{
    "holdings_of", "SELECT kind, count FROM madang.holdings WHERE holder = $1::bytea ORDER BY kind"};
inline constexpr PostgresStatement things_of{
    "things_of", "SELECT id, kind FROM madang.things WHERE holder = $1::bytea ORDER BY id"};
// Tables of any size are read in pages, each from behind the last row of the page before.
inline constexpr PostgresStatement holdings_after{
    "holdings_after",
    "SELECT holder, kind, count FROM madang.holdings WHERE (holder, kind) > ($1::bytea, $2::int8) "
    "ORDER BY holder, kind LIMIT 2000"};
inline constexpr PostgresStatement things_after{
    "things_after", "SELECT id, kind, holder FROM madang.things WHERE id > $1::bytea ORDER BY id LIMIT 2000"};
inline constexpr PostgresStatement entries_from{
    "entries_from",
    "SELECT number, epoch, transfer, content, hash FROM madang.journal "
    "WHERE world = $1::int8 AND number >= $2::int8 ORDER BY number LIMIT 500"};
#undef MADANG_WORLD_COLUMNS

inline constexpr PostgresStatement all[] = {begin,
                                            begin_reading,
                                            commit,
                                            roll_back,
                                            version,
                                            kinds,
                                            add_kinds,
                                            take_numbers,
                                            add_world,
                                            lock_world_named,
                                            set_epoch,
                                            lock_worlds,
                                            lock_characters,
                                            lock_holdings,
                                            lock_things,
                                            entries_of,
                                            set_worlds,
                                            set_images,
                                            set_characters,
                                            add_characters,
                                            set_holdings,
                                            add_holdings,
                                            remove_holdings,
                                            set_things,
                                            add_things,
                                            add_entries,
                                            worlds,
                                            is_done,
                                            character,
                                            characters_in,
                                            count_characters,
                                            holdings_of,
                                            things_of,
                                            holdings_after,
                                            things_after,
                                            entries_from};

}  // namespace sql

}  // namespace madang::keeper

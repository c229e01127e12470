#include "madang/keeper/postgres_schema.h"

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

// stored_values.h says how values are stored. A row that is changed often has free space beside it, so that
// its new version needs no change of an index.
constexpr const char* tables_of_a_store[] = {
    "CREATE TABLE madang.store(program text NOT NULL, version bigint NOT NULL)",
    "CREATE TABLE madang.kinds(id bigint PRIMARY KEY, name text COLLATE \"C\" NOT NULL, "
    "is_single boolean NOT NULL)",
    "CREATE TABLE madang.numbers(next bigint NOT NULL)",
    "INSERT INTO madang.numbers VALUES (1)",
    "CREATE TABLE madang.worlds(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    "name text COLLATE \"C\" NOT NULL UNIQUE, epoch bigint NOT NULL, tick bigint NOT NULL, "
    "entries bigint NOT NULL, head bytea NOT NULL, image bytea NOT NULL) WITH (fillfactor = 50)",
    "CREATE TABLE madang.characters(id bigint PRIMARY KEY, world bigint NOT NULL, tick bigint NOT NULL, "
    "version bigint NOT NULL, image bytea NOT NULL) WITH (fillfactor = 70)",
    "CREATE INDEX characters_by_world ON madang.characters(world) WHERE world <> 0",
    "CREATE TABLE madang.holdings(holder bytea NOT NULL, kind integer NOT NULL, count bigint NOT NULL, "
    "PRIMARY KEY (holder, kind)) WITH (fillfactor = 70)",
    "CREATE TABLE madang.things(id bytea PRIMARY KEY, kind integer NOT NULL, holder bytea NOT NULL)",
    "CREATE INDEX things_by_holder ON madang.things(holder)",
    "CREATE TABLE madang.journal(world bigint NOT NULL, number bigint NOT NULL, epoch bigint NOT NULL, "
    "transfer bytea NOT NULL UNIQUE, content bytea NOT NULL, hash bytea NOT NULL, "
    "PRIMARY KEY (world, number))",
};

// The step from version 1 to version 2. A token that is not there is empty. Version 0 of the keys of names:
// they were never computed.
constexpr const char* tables_of_accounts[] = {
    "CREATE TABLE madang.looks(version bigint NOT NULL)",
    "INSERT INTO madang.looks VALUES (0)",
    "CREATE TABLE madang.accounts(id bigint PRIMARY KEY, name text COLLATE \"C\" NOT NULL UNIQUE, "
    "hash text COLLATE \"C\" NOT NULL, created_at_s bigint NOT NULL, last_login_s bigint NOT NULL) "
    "WITH (fillfactor = 70)",
    "CREATE TABLE madang.account_keys(key bytea PRIMARY KEY, account bigint NOT NULL)",
    "CREATE INDEX account_keys_by_account ON madang.account_keys(account)",
    "CREATE TABLE madang.account_tokens(account bigint PRIMARY KEY, current_hash bytea NOT NULL, "
    "next_hash bytea NOT NULL, expires_at_s bigint NOT NULL)",
    "CREATE INDEX account_tokens_by_current ON madang.account_tokens(current_hash)",
    "CREATE INDEX account_tokens_by_next ON madang.account_tokens(next_hash) WHERE next_hash <> ''::bytea",
    "CREATE INDEX account_tokens_by_end ON madang.account_tokens(expires_at_s)",
    "CREATE TABLE madang.sanctions(id bigint PRIMARY KEY, kind bigint NOT NULL, "
    "name text COLLATE \"C\" NOT NULL, key bytea NOT NULL, second_key bytea NOT NULL, "
    "address text COLLATE \"C\" NOT NULL, until_ms bigint NOT NULL, reason text NOT NULL, "
    "by_whom text NOT NULL, added_at_ms bigint NOT NULL, UNIQUE (kind, name, address))",
    "CREATE INDEX sanctions_by_key ON madang.sanctions(key) WHERE key <> ''::bytea",
    "CREATE INDEX sanctions_by_second_key ON madang.sanctions(second_key) WHERE second_key <> ''::bytea",
    "CREATE INDEX sanctions_by_address ON madang.sanctions(address) WHERE address <> ''",
};

StoreResult<void> make(PostgresConnection& connection, bool has_schema) {
  if (!has_schema) connection.send_once("CREATE SCHEMA madang");
  for (const char* statement : tables_of_a_store) connection.send_once(statement);
  for (const char* statement : tables_of_accounts) connection.send_once(statement);
  connection.send_once("INSERT INTO madang.store VALUES ('madang', $1::int8)", postgres_schema_version);
  connection.send_once("COMMIT");
  MADANG_TRY(connection.run());
  return {};
}

std::unexpected<StoreError> of_another_program(const PostgresConnection& connection) {
  return connection.error(StoreFault::not_a_store,
                          "its schema \"madang\" belongs to another program; name another database");
}

StoreResult<void> check(PostgresConnection& connection) {
  connection.send_once("SELECT program::text, version::int8 FROM madang.store");
  auto answers = connection.run();
  if (!answers) {
    if (answers.error().fault == StoreFault::io_failed) return of_another_program(connection);
    return std::unexpected(std::move(answers.error()));
  }
  const PostgresRows& row = answers->front();
  if (row.size() != 1 || row.text(0, 0) != "madang") return of_another_program(connection);
  if (row.number(0, 1) > postgres_schema_version)
    return connection.error(
        StoreFault::newer_version,
        fmt::format("a later Madang has written this store (its version is {}; this Madang knows {})",
                    row.number(0, 1), postgres_schema_version));
  if (row.number(0, 1) < postgres_schema_version) {
    for (const char* statement : tables_of_accounts) connection.send_once(statement);
    connection.send_once("UPDATE madang.store SET version = $1::int8", postgres_schema_version);
  }
  connection.send_once("COMMIT");
  MADANG_TRY(connection.run());
  return {};
}

}  // namespace

StoreResult<void> make_or_check(PostgresConnection& connection, bool must_exist) {
  connection.send_once("BEGIN");
  connection.send_once("SELECT pg_advisory_xact_lock(x'6d6164616e67'::int8)");  // "madang"
  connection.send_once(
      "SELECT to_regnamespace('madang') IS NOT NULL, to_regclass('madang.store') IS NOT NULL, "
      "(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "WHERE n.nspname = 'madang')");
  auto answers = connection.run();
  if (!answers) return std::unexpected(std::move(answers.error()));
  const PostgresRows& found = answers->back();
  if (found.number(0, 1) != 0) return check(connection);
  if (found.number(0, 2) != 0) return of_another_program(connection);
  if (must_exist) return connection.error(StoreFault::not_a_store, "there is no store in it");
  return make(connection, found.number(0, 0) != 0);
}

}  // namespace madang::keeper

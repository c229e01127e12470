// The tables of a store in a database of PostgreSQL 15 or later. Several servers may use one database.
//
// All is in a schema "madang" of the database, so that the database may have other tables too. The first
// server that opens it makes the schema.
//
// A commit takes two round trips. The first one begins a transaction, locks the rows that the commit touches,
// in the order of their keys, and reads them. The second one writes and commits. Of a row that does not exist
// yet there is no lock. If another server makes it first, the commit meets its key and returns try_again.
//
// A broken connection is made again by the next call. A call that only reads, and `begin`, try again by
// themselves for `reconnect_ms`, and then return unreachable. `commit` returns unknown_outcome.
//
// No call waits for ever, whatever the server does. Only the look-up of the name of its host has no limit of
// ours.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "madang/keeper/store_error.h"
#include "madang/keeper/tables.h"

namespace madang::keeper {

struct PostgresSettings {
  /// Whether there must be a store in the database already. Otherwise it is made there.
  bool must_exist = false;
  /// How long the server may take to accept a connection.
  std::uint32_t connect_ms = 2'000;
  /// How long a call tries to connect again after the connection broke.
  std::uint32_t reconnect_ms = 5'000;
  /// How long the server may take to answer. After that, the connection counts as broken.
  std::uint32_t answer_ms = 10'000;
  /// How long the server waits for rows that another server has locked. Then the call returns try_again.
  std::uint32_t lock_ms = 3'000;
  /// How long a server may hold locks between `begin` and `commit`. Then PostgreSQL ends its connection, so
  /// that a server that was frozen holds up no other one. It is less than `lock_ms`. (A server that stops in
  /// the middle of sending a commit holds them until its connection breaks.)
  std::uint32_t idle_ms = 2'000;
};

/// Opens the store in a database, or makes one there. `address` is what libpq takes:
/// postgres://user@host:port/database?parameter=value. A connection pool between the server and the database
/// must keep sessions.
StoreResult<std::unique_ptr<Tables>> open_postgres(const std::string& address,
                                                   const PostgresSettings& settings = {});

}  // namespace madang::keeper

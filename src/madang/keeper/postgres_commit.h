// The two round trips of a commit in PostgreSQL: what is sent, and what an answer says.
#pragma once

#include <set>
#include <span>
#include <vector>

#include "madang/keeper/postgres_connection.h"
#include "madang/keeper/tables.h"

namespace madang::keeper {

/// The rows of a query that exist, and are locked. All others did not exist.
struct PostgresFound {
  std::set<CharacterId> characters{};
  std::set<HoldingKey> holdings{};
  std::set<ThingId> things{};
};

/// Begins a transaction that locks and reads what the query names.
void send_begin(PostgresConnection& connection, const Query& query);
/// Returns what the answers to `send_begin` say.
Answer answer_of(const std::vector<PostgresRows>& answers, const Query& query, PostgresFound& found);
/// Writes the changes. `found` is that of the same transaction.
void send_changes(PostgresConnection& connection, const Changes& changes, const PostgresFound& found);

// Columns as rows of the store.
inline KindId kind_in(const PostgresRows& rows, int row, int column) {
  return static_cast<KindId>(rows.number(row, column));
}

WorldRow world_in(const PostgresRows& rows, int row);
CharacterRow character_in(const PostgresRows& rows, int row, Bytes image);

}  // namespace madang::keeper

#include "madang/keeper/postgres_commit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "madang/keeper/stored_values.h"

namespace madang::keeper {

WorldRow world_in(const PostgresRows& rows, int row) {
  return {{rows.unsigned_number(row, 0)}, std::string(rows.text(row, 1)), rows.unsigned_number(row, 2),
          rows.unsigned_number(row, 3),   rows.unsigned_number(row, 4),   hash_in(rows.bytes(row, 5)),
          copy_of(rows.bytes(row, 6))};
}

CharacterRow character_in(const PostgresRows& rows, int row, Bytes image) {
  return {{rows.unsigned_number(row, 0)},
          {rows.unsigned_number(row, 1)},
          rows.unsigned_number(row, 2),
          static_cast<std::uint32_t>(rows.number(row, 3)),
          copy_of(image)};
}

void send_begin(PostgresConnection& connection, const Query& query) {
  Numbers worlds, characters, kinds;
  ByteStrings holders, things, transfers;
  for (const WorldId id : query.worlds) worlds.add(id.value);
  for (const CharacterId id : query.characters) characters.add(id.value);
  for (const HoldingKey& key : query.touched.holdings) {
    holders.add(Bytes(bytes_of(key.holder)));
    kinds.add(key.kind);
  }
  for (const ThingId& id : query.touched.things) things.add(Bytes(bytes_of(id)));
  for (const TransferId& id : query.transfers) transfers.add(Bytes(bytes_of(id)));

  connection.send(sql::begin);
  connection.send(sql::lock_worlds, worlds);
  connection.send(sql::lock_characters, characters);
  connection.send(sql::lock_holdings, holders, kinds);
  connection.send(sql::lock_things, things);
  // Behind the locks: what another server has just done is seen as done, not as a holder without its coins.
  connection.send(sql::entries_of, transfers);
}

Answer answer_of(const std::vector<PostgresRows>& answers, const Query& query, PostgresFound& found) {
  Answer answer;
  const PostgresRows& world = answers[1];
  for (int row = 0; row < world.size(); ++row) {
    const WorldId id{world.unsigned_number(row, 0)};
    answer.worlds[id] = {id,
                         {},
                         world.unsigned_number(row, 1),
                         world.unsigned_number(row, 2),
                         world.unsigned_number(row, 3),
                         hash_in(world.bytes(row, 4)),
                         {}};
  }
  found.characters.clear();
  const PostgresRows& character = answers[2];
  for (int row = 0; row < character.size(); ++row) {
    CharacterRow read = character_in(character, row, {});
    found.characters.insert(read.id);
    answer.characters[read.id] = std::move(read);
  }
  // The others are numbered by their place in the query, from 1 on, and come in no order or in this one.
  const std::vector<HoldingKey> keys(query.touched.holdings.begin(), query.touched.holdings.end());
  found.holdings.clear();
  const PostgresRows& holding = answers[3];
  for (int row = 0; row < holding.size(); ++row) {
    const HoldingKey& key = keys.at(holding.unsigned_number(row, 0) - 1);
    found.holdings.insert(found.holdings.end(), key);
    answer.holdings.emplace_back(key, holding.number(row, 1));
  }
  const std::vector<ThingId> ids(query.touched.things.begin(), query.touched.things.end());
  found.things.clear();
  const PostgresRows& thing = answers[4];
  for (int row = 0; row < thing.size(); ++row) {
    const ThingId& id = ids.at(thing.unsigned_number(row, 0) - 1);
    found.things.insert(found.things.end(), id);
    answer.things.emplace_back(id, Thing{kind_in(thing, row, 1), holder_in(thing.bytes(row, 2))});
  }
  const std::vector<TransferId> done(query.transfers.begin(), query.transfers.end());
  const PostgresRows& entry = answers[5];
  for (int row = 0; row < entry.size(); ++row)
    answer.done[done.at(entry.unsigned_number(row, 0) - 1)] = copy_of(entry.bytes(row, 1));
  return answer;
}

namespace {

void send_worlds(PostgresConnection& connection, const Changes& changes) {
  Numbers ids, ticks, entries;
  ByteStrings heads;
  for (const WorldRow& world : changes.worlds) {
    ids.add(world.id.value);
    ticks.add(world.tick);
    entries.add(world.entries);
    heads.add(Bytes(world.head.bytes));
  }
  connection.send(sql::set_worlds, ids, ticks, entries, heads);
  Numbers with_image;
  ByteStrings images;
  for (const auto& [world, image] : changes.world_images) {
    with_image.add(world.value);
    images.add(Bytes(image));
  }
  if (!with_image.is_empty()) connection.send(sql::set_images, with_image, images);
}

void send_characters(PostgresConnection& connection, const Changes& changes,
                     const PostgresFound& found_rows) {
  struct Rows {
    Numbers ids{}, worlds{}, ticks{}, versions{};
    ByteStrings images{};
  } found, made;
  for (const CharacterRow& row : changes.characters) {
    Rows& rows = found_rows.characters.contains(row.id) ? found : made;
    rows.ids.add(row.id.value);
    rows.worlds.add(row.world.value);
    rows.ticks.add(row.tick);
    rows.versions.add(row.version);
    rows.images.add(Bytes(row.image));
  }
  const auto send = [&](const PostgresStatement& statement, const Rows& rows) {
    if (rows.ids.is_empty()) return;
    connection.send(statement, rows.ids, rows.worlds, rows.ticks, rows.versions, rows.images);
  };
  send(sql::set_characters, found);
  send(sql::add_characters, made);
}

void send_holdings(PostgresConnection& connection, const Changes& changes, const PostgresFound& found_rows) {
  struct Rows {
    ByteStrings holders{};
    Numbers kinds{}, counts{};
  } found, made, emptied;
  for (const auto& [key, count] : changes.holdings) {
    const bool is_found = found_rows.holdings.contains(key);
    if (!is_found && count == 0) continue;
    Rows& rows = count == 0 ? emptied : is_found ? found : made;
    rows.holders.add(Bytes(bytes_of(key.holder)));
    rows.kinds.add(key.kind);
    rows.counts.add(count);
  }
  if (!found.kinds.is_empty()) connection.send(sql::set_holdings, found.holders, found.kinds, found.counts);
  if (!emptied.kinds.is_empty()) connection.send(sql::remove_holdings, emptied.holders, emptied.kinds);
  if (!made.kinds.is_empty()) connection.send(sql::add_holdings, made.holders, made.kinds, made.counts);
}

void send_things(PostgresConnection& connection, const Changes& changes, const PostgresFound& found_rows) {
  struct Rows {
    ByteStrings ids{}, holders{};
    Numbers kinds{};
  } found, made;
  for (const auto& [id, thing] : changes.things) {
    Rows& rows = found_rows.things.contains(id) ? found : made;
    rows.ids.add(Bytes(bytes_of(id)));
    rows.kinds.add(thing.kind);
    rows.holders.add(Bytes(bytes_of(thing.holder)));
  }
  if (!found.kinds.is_empty()) connection.send(sql::set_things, found.ids, found.kinds, found.holders);
  if (!made.kinds.is_empty()) connection.send(sql::add_things, made.ids, made.kinds, made.holders);
}

void send_entries(PostgresConnection& connection, const Changes& changes) {
  if (changes.entries.empty()) return;
  // Two servers that insert the same transfers wait for each other. In one order, that is no deadlock.
  std::vector<const JournalEntry*> sorted;
  for (const JournalEntry& entry : changes.entries) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, [](const JournalEntry* entry) { return entry->transfer; });
  Numbers worlds, numbers, epochs;
  ByteStrings transfers, contents, hashes;
  for (const JournalEntry* entry : sorted) {
    worlds.add(entry->world.value);
    numbers.add(entry->number);
    epochs.add(entry->epoch);
    transfers.add(Bytes(bytes_of(entry->transfer)));
    contents.add(Bytes(entry->content));
    hashes.add(Bytes(entry->hash.bytes));
  }
  connection.send(sql::add_entries, worlds, numbers, epochs, transfers, contents, hashes);
}

}  // namespace

void send_changes(PostgresConnection& connection, const Changes& changes, const PostgresFound& found) {
  send_worlds(connection, changes);
  send_characters(connection, changes, found);
  send_holdings(connection, changes, found);
  send_things(connection, changes, found);
  send_entries(connection, changes);
}

}  // namespace madang::keeper

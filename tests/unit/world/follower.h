// Follower: a client of the engine's cell packets (world/kind_packets.h), written from the page alone.
// CellStreams: gives each client the bytes that a fan-out without limits would give it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "madang/wire/frame.h"
#include "madang/world/world.h"
#include "unit/world/tile_game.h"

namespace madang::world::tiles {

/// An entity as a client knows it.
struct Known {
  EntityId id;
  Position position;
  Piece shown;
  std::uint64_t serial = 0;  ///< the later news of an entity counts
};

class Follower {
 public:
  explicit Follower(std::uint32_t cell_size) : cell_size_(static_cast<std::int32_t>(cell_size)) {}

  /// Follows all frames. `keeps` are entities that must not disappear in between.
  void follow(Bytes bytes, const std::set<EntityId>& keeps) {
    for (auto frame = wire::next_frame(bytes); frame; frame = wire::next_frame(bytes)) {
      follow(*frame);
      for (const EntityId& id : keeps) EXPECT_TRUE(find(id)) << "an entity flickers";
    }
    EXPECT_TRUE(bytes.empty());
  }
  const Known* find(EntityId id) const {
    for (const auto& [cell, members] : cells_)
      for (const auto& [alias, known] : members)
        if (known.id == id) return &known;
    return nullptr;
  }
  std::map<EntityId, Known> all() const {
    std::map<EntityId, Known> found;
    for (const auto& [cell, members] : cells_)
      for (const auto& [alias, known] : members)
        if (Known& one = found[known.id]; one.serial < known.serial) one = known;
    return found;
  }
  std::size_t cell_count() const { return cells_.size(); }
  const std::vector<std::pair<EntityId, std::string>>& heard() const { return heard_; }
  std::uint32_t own_moves() const { return own_.moves; }

 private:
  using Cell = std::pair<std::uint16_t, std::uint16_t>;

  template <class T>
  static T read(Bytes& rest) {
    T value{};
    EXPECT_TRUE(wire::parse(rest, value));
    return value;
  }
  Position read_position(Bytes& rest, Cell cell) const {
    Position offset;
    if (cell_size_ <= 256) {
      offset.x = read<std::uint8_t>(rest);
      offset.y = read<std::uint8_t>(rest);
    } else {
      offset.x = read<std::uint16_t>(rest);
      offset.y = read<std::uint16_t>(rest);
    }
    return {cell.first * cell_size_ + offset.x, cell.second * cell_size_ + offset.y};
  }
  void follow(const wire::Frame& frame) {
    using Shown = AttributesFor<Piece, Audience::everybody>;
    using Own = AttributesFor<Piece, Audience::owner>;
    Bytes rest = frame.body;
    const std::uint16_t opcode = frame.opcode;
    if (opcode == 258) {  // OwnPiece
      const auto mask = read<Own::Mask>(rest);
      EXPECT_TRUE(Own::parse(rest, own_, mask));
      return;
    }
    if (frame.opcode == wire::opcode_of<Moved>) return;
    Cell cell;
    cell.first = read<std::uint16_t>(rest);
    cell.second = read<std::uint16_t>(rest);
    if (opcode == wire::opcode_of<wire::CellBegin>) {
      EXPECT_TRUE(cells_.emplace(cell, Members{}).second) << "begun twice";
      return;
    }
    ASSERT_TRUE(cells_.contains(cell)) << "news of a cell that is not watched: opcode " << frame.opcode;
    Members& members = cells_[cell];
    if (opcode == wire::opcode_of<wire::CellForget>) {
      cells_.erase(cell);
      return;
    }
    if (opcode == wire::opcode_of<wire::CellTold>) {
      const auto alias = read<CellAlias>(rest);
      Bytes blob = read<Bytes>(rest);
      const auto told = wire::next_frame(blob);
      ASSERT_TRUE(told.has_value());
      heard_.emplace_back(members.at(alias).id, std::string(wire::decode<Said>(told->body)->text));
      return;
    }
    for (auto count = read<std::uint16_t>(rest); count > 0; --count) {
      if (opcode == 256) {
        Known known;
        known.id = read<EntityId>(rest);
        const auto alias = read<CellAlias>(rest);
        known.serial = ++serial_;
        known.position = read_position(rest, cell);
        EXPECT_TRUE(Shown::parse(rest, known.shown, Shown::all));
        EXPECT_TRUE(members.emplace(alias, known).second) << "the alias is in use";
        continue;
      }
      const auto alias = read<CellAlias>(rest);
      if (opcode == wire::opcode_of<wire::CellLeave>) {
        members.erase(alias);
        continue;
      }
      ASSERT_TRUE(members.contains(alias)) << "news of an entity that is not here";
      if (opcode == wire::opcode_of<wire::CellMove<std::uint8_t>>)
        members[alias].position = read_position(rest, cell);
      if (opcode == 257) {
        const auto mask = read<Shown::Mask>(rest);
        EXPECT_NE(mask, 0);
        EXPECT_TRUE(Shown::parse(rest, members[alias].shown, mask));
      }
    }
    EXPECT_TRUE(rest.empty());
  }

  using Members = std::map<CellAlias, Known>;
  std::int32_t cell_size_;
  std::map<Cell, Members> cells_;
  std::vector<std::pair<EntityId, std::string>> heard_;
  std::uint64_t serial_ = 0;
  Piece own_;
};

/// The bytes of each client for one tick, in the order that WorldOutput describes.
class CellStreams {
 public:
  std::map<std::uint64_t, std::vector<std::byte>> next(const Grid& grid, const WorldOutput& output) {
    std::map<std::uint64_t, std::vector<std::byte>> streams;
    const auto add = [&](std::uint64_t character, Bytes bytes) {
      streams[character].insert(streams[character].end(), bytes.begin(), bytes.end());
    };
    for (const auto& one : output.entered) watches_[one.character.value] = {};
    for (const auto& answer : output.answers)
      if (watches_.contains(answer.character.value))
        add(answer.character.value, output.bytes_of(answer.part));
    std::map<std::uint64_t, CellRect> before = watches_;
    for (const auto& change : output.watch_changes) {
      if (!watches_.contains(change.character.value)) continue;
      EXPECT_EQ(watches_[change.character.value], change.before);
      watches_[change.character.value] = change.now;
    }
    for (const auto& [character, now] : watches_) {
      const CellRect old = before[character];
      for (const auto& update : output.updates)
        if (grid.contains(now, update.cell) && grid.contains(old, update.cell))
          add(character, output.bytes_of(update.all));
      for (const auto& state : output.states)
        if (grid.contains(now, state.cell) && !grid.contains(old, state.cell))
          add(character, output.bytes_of(state.part));
      const auto add_leaves = [&](const std::vector<WorldOutput::CellPart>& leaves) {
        for (const auto& leave : leaves)
          if (grid.contains(now, leave.cell) && grid.contains(old, leave.cell))
            add(character, output.bytes_of(leave.part));
      };
      if (now != old) add_leaves(output.late_leaves);
      if (!std::ranges::binary_search(output.unsettled, CharacterId{character})) add_leaves(output.leaves);
      grid.for_each_without(old, now, [&](CellIndex cell) {
        const std::uint16_t frame[4] = {8, wire::opcode_of<wire::CellForget>,
                                        static_cast<std::uint16_t>(grid.column(cell)),
                                        static_cast<std::uint16_t>(grid.row(cell))};
        std::byte bytes[8];
        for (std::size_t i = 0; i < 4; ++i) store(bytes + 2 * i, frame[i]);
        add(character, bytes);
      });
    }
    for (const auto& one : output.left) watches_.erase(one.character.value);
    return streams;
  }
  const std::map<std::uint64_t, CellRect>& watches() const { return watches_; }

 private:
  std::map<std::uint64_t, CellRect> watches_;
};

}  // namespace madang::world::tiles

// News: what the exchange has changed in the cells that are watched, and its packets, encoded once a cell.
//
// The cells come in ascending order, and the entities of a cell in the order of their aliases there. Aliases
// are a part of the state, so this order is the same on every platform. (In a CellEnter and a CellChange
// there is one kind of entity after the other.)
//
// Owned by a zone; one thread. Memory is kept from tick to tick.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "madang/base/sort_by_key.h"
#include "madang/world/core.h"
#include "madang/world/kind_packets.h"
#include "madang/world/made.h"

namespace madang::world {

/// A cell and an alias there as one number, by which news are sorted.
constexpr std::uint64_t key_of(CellIndex cell, CellAlias alias) {
  return std::uint64_t{cell.value} << 16 | alias;
}
constexpr CellIndex cell_in(std::uint64_t key) { return {static_cast<std::uint32_t>(key >> 16)}; }
constexpr CellAlias alias_in(std::uint64_t key) { return static_cast<CellAlias>(key); }

template <class Parts>
class News {
 public:
  using Offset = Parts::Offset;

  /// An entity that entered a cell, or whose attributes changed within its cell.
  struct Item {
    std::uint64_t key;  ///< of its cell and its alias there
    std::uint32_t slot;
    std::uint32_t mask;  ///< of a change: the attributes for everybody that have changed
    CellIndex cell() const { return cell_in(key); }
  };
  /// An entity that moved within its cell.
  struct Move {
    std::uint64_t key;
    Offset x;  ///< within the cell
    Offset y;
    CellIndex cell() const { return cell_in(key); }
  };
  struct Leave {
    CellIndex cell;
    CellAlias alias;
  };

  void add_move(const Core<Parts>& core, CellIndex cell, const Row& row) {
    const auto step = step_of(core, row);
    moves.push_back({key_of(cell, row.alias), step.x, step.y});
  }
  /// Sorts the leaves of this tick by cell and alias. They are a part of the state.
  void sort_leaves() {
    sort_by_key(leaves, spare_leaves_, [](const Leave& leave) { return key_of(leave.cell, leave.alias); });
  }
  /// Begins a tick. The leaves become those of the tick before.
  void begin_tick() {
    enters.clear();
    moves.clear();
    changes.clear();
    std::swap(late_leaves, leaves);
    leaves.clear();
    states.clear();
    positions.clear();
  }

  std::vector<Item> enters;
  std::vector<Move> moves;
  std::vector<Item> changes;
  std::vector<Leave> leaves;         // of this tick, of all cells
  std::vector<Leave> late_leaves;    // of the tick before
  std::vector<CellIndex> states;     // cells that somebody begins to watch, or whose state is requested
  std::vector<CellIndex> positions;  // cells whose positions are requested

  /// Encodes all news into the output. `told` of the output, which is sorted, goes into the updates: a client
  /// gets it between the enters and the changes. The leaves of the tick before are only for clients that
  /// begin to watch other cells now; `follows`: there are some.
  void encode(const Core<Parts>& core, WorldOutput& output, bool follows);

 private:
  using Kinds = Parts::Entities;

  void encode_enters(const Core<Parts>& core, CellIndex cell, std::span<const Item> items, Buffer& out);
  void encode_moves(const Core<Parts>& core, CellIndex cell, std::span<const Move> moved, Buffer& out);
  void encode_changes(const Core<Parts>& core, CellIndex cell, std::span<const Item> items, Buffer& out);
  void encode_told(std::span<const WorldOutput::Told> told, Buffer& out);
  void encode_leaves(const Core<Parts>& core, std::span<const Leave> rest, Buffer& out,
                     std::vector<WorldOutput::CellPart>& parts);
  void encode_state(const Core<Parts>& core, CellIndex cell, Buffer& out);
  void encode_positions(const Core<Parts>& core, CellIndex cell, Buffer& out);
  void list_members(const Core<Parts>& core, CellIndex cell);
  static void sort_once(std::vector<CellIndex>& cells) {
    std::ranges::sort(cells);
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  }

  static CellIndex cell_of(const Item& item) { return item.cell(); }
  static CellIndex cell_of(const Move& move) { return move.cell(); }
  static CellIndex cell_of(const auto& other) { return other.cell; }
  static std::uint16_t column(const Core<Parts>& core, CellIndex cell) {
    return static_cast<std::uint16_t>(core.grid.column(cell));
  }
  static std::uint16_t row(const Core<Parts>& core, CellIndex cell) {
    return static_cast<std::uint16_t>(core.grid.row(cell));
  }
  static wire::Step<Offset> step_of(const Core<Parts>& core, const Row& row) {
    const auto mask = static_cast<std::int32_t>(core.config.cell_size - 1);
    return {row.alias, static_cast<Offset>(row.position.x & mask),
            static_cast<Offset>(row.position.y & mask)};
  }
  /// Removes the items of a cell from the front of `rest`, and returns them.
  template <class T>
  static std::span<const T> take(std::span<const T>& rest, CellIndex cell) {
    std::size_t count = 0;
    while (count < rest.size() && cell_of(rest[count]) == cell) ++count;
    const std::span<const T> taken = rest.first(count);
    rest = rest.subspan(count);
    return taken;
  }

  std::vector<Item> members_;
  std::vector<Item> spare_items_;
  std::vector<Move> spare_moves_;
  std::vector<Leave> spare_leaves_;
  std::vector<std::byte> obstacles_;
};

template <class Parts>
void News<Parts>::encode(const Core<Parts>& core, WorldOutput& output, bool follows) {
  constexpr auto by_key = [](const auto& one) { return one.key; };
  sort_by_key(enters, spare_items_, by_key);
  sort_by_key(moves, spare_moves_, by_key);
  sort_by_key(changes, spare_items_, by_key);
  sort_once(states);
  sort_once(positions);

  std::span<const Item> enter_rest = enters;
  std::span<const Move> move_rest = moves;
  std::span<const Item> change_rest = changes;
  std::span<const WorldOutput::Told> told_rest = output.told;
  Buffer& out = output.bytes;
  const auto end = [&] { return static_cast<std::uint32_t>(out.size()); };
  for (;;) {
    constexpr CellIndex none{UINT32_MAX};
    const auto first = [&](const auto& rest) { return rest.empty() ? none : cell_of(rest.front()); };
    const CellIndex cell =
        std::min({first(enter_rest), first(move_rest), first(change_rest), first(told_rest)});
    if (cell == none) break;
    const auto entered = take(enter_rest, cell);
    const auto moved = take(move_rest, cell);
    const auto changed = take(change_rest, cell);
    const auto told = take(told_rest, cell);
    if (!core.watched.find(cell)) continue;
    WorldOutput::CellUpdate update{cell, {end(), 0}, 0};
    encode_enters(core, cell, entered, out);
    encode_told(told, out);
    encode_changes(core, cell, changed, out);
    update.moves_begin = end();
    encode_moves(core, cell, moved, out);
    update.all.end = end();
    output.updates.push_back(update);
  }
  encode_leaves(core, leaves, out, output.leaves);
  if (follows) encode_leaves(core, late_leaves, out, output.late_leaves);
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (i + 2 < states.size()) core.registry.prefetch(states[i + 2]);
    const CellIndex cell = states[i];
    const std::uint32_t begin = end();
    encode_state(core, cell, out);
    output.states.push_back({cell, {begin, end()}});
  }
  for (const CellIndex cell : positions) {
    const std::uint32_t begin = end();
    encode_positions(core, cell, out);
    output.positions.push_back({cell, {begin, end()}});
  }
}

template <class Parts>
void News<Parts>::encode_leaves(const Core<Parts>& core, std::span<const Leave> rest, Buffer& out,
                                std::vector<WorldOutput::CellPart>& parts) {
  while (!rest.empty()) {
    const CellIndex cell = rest.front().cell;
    const auto left = take(rest, cell);
    if (!core.watched.find(cell)) continue;
    const auto begin = static_cast<std::uint32_t>(out.size());
    {
      CellFrames frames(out, wire::opcode_of<wire::CellLeave>, column(core, cell), row(core, cell));
      for (const Leave& leave : left) wire::put(frames.item(sizeof(CellAlias)), leave.alias);
    }
    parts.push_back({cell, {begin, static_cast<std::uint32_t>(out.size())}});
  }
}

template <class Parts>
void News<Parts>::encode_enters(const Core<Parts>& core, CellIndex cell, std::span<const Item> items,
                                Buffer& out) {
  const auto encode_kind = [&]<class E>(wire::Types<E>) {
    using Shown = AttributesFor<E, Audience::everybody>;
    CellFrames frames(out, KindOpcodes<E, Kinds>::enter, column(core, cell), row(core, cell));
    for (const Item& item : items) {
      const Row& row = core.registry.row(item.slot);
      if (row.kind != index_in<E, Kinds>) continue;
      const E& attributes = core.columns.template at<E>(row.place);
      const auto step = step_of(core, row);
      const std::size_t size =
          sizeof(EntityId) + wire::size_of(step) + Shown::size_of(attributes, Shown::all);
      Shown::put(wire::put(wire::put(frames.item(size), row.id), step), attributes, Shown::all);
    }
  };
  if (items.empty()) return;
  [&]<class... E>(wire::Types<E...>) { (encode_kind(wire::Types<E>{}), ...); }(Kinds{});
}

template <class Parts>
void News<Parts>::encode_moves(const Core<Parts>& core, CellIndex cell, std::span<const Move> moved,
                               Buffer& out) {
  CellFrames frames(out, wire::opcode_of<wire::CellMove<Offset>>, column(core, cell), row(core, cell));
  for (const Move& move : moved) {
    const wire::Step<Offset> step{alias_in(move.key), move.x, move.y};
    wire::put(frames.item(wire::size_of(step)), step);
  }
}

template <class Parts>
void News<Parts>::encode_changes(const Core<Parts>& core, CellIndex cell, std::span<const Item> items,
                                 Buffer& out) {
  const auto encode_kind = [&]<class E>(wire::Types<E>) {
    using Shown = AttributesFor<E, Audience::everybody>;
    CellFrames frames(out, KindOpcodes<E, Kinds>::change, column(core, cell), row(core, cell));
    for (const Item& item : items) {
      const Row& row = core.registry.row(item.slot);
      if (row.kind != index_in<E, Kinds>) continue;
      const E& now = core.columns.template at<E>(row.place);
      const auto mask = static_cast<typename Shown::Mask>(item.mask);
      std::byte* to = frames.item(sizeof(CellAlias) + sizeof mask + Shown::size_of(now, mask));
      Shown::put(wire::put(wire::put(to, row.alias), mask), now, mask);
    }
  };
  if (items.empty()) return;
  [&]<class... E>(wire::Types<E...>) { (encode_kind(wire::Types<E>{}), ...); }(Kinds{});
}

template <class Parts>
void News<Parts>::encode_told(std::span<const WorldOutput::Told> told, Buffer& out) {
  for (const WorldOutput::Told& one : told) {
    const std::size_t size = one.part.end - one.part.begin;
    std::byte* to = out.extend(size);  // it may move the bytes that are copied
    wire::put_bytes(to, out.bytes().subspan(one.part.begin, size));
  }
}

template <class Parts>
void News<Parts>::encode_state(const Core<Parts>& core, CellIndex cell, Buffer& out) {
  const std::uint32_t tiles = core.config.cell_size / core.config.units_per_tile;
  obstacles_.resize((std::size_t{tiles} * tiles + 7) / 8);
  core.map.write_obstacles(Grid(core.map.width(), core.map.height(), tiles), cell, obstacles_);
  wire::append(out, wire::CellBegin{column(core, cell), row(core, cell), Bytes(obstacles_)});
  list_members(core, cell);
  encode_enters(core, cell, members_, out);
}

/// Encodes an empty cell too, because its watchers wait for the packet.
template <class Parts>
void News<Parts>::encode_positions(const Core<Parts>& core, CellIndex cell, Buffer& out) {
  list_members(core, cell);
  if (members_.empty())
    return wire::append(out, wire::CellPositions<Offset>{column(core, cell), row(core, cell), {}});
  CellFrames frames(out, wire::opcode_of<wire::CellPositions<Offset>>, column(core, cell), row(core, cell));
  for (const Item& item : members_) {
    const auto step = step_of(core, core.registry.row(item.slot));
    wire::put(frames.item(wire::size_of(step)), step);
  }
}

template <class Parts>
void News<Parts>::list_members(const Core<Parts>& core, CellIndex cell) {
  members_.clear();
  core.registry.for_each_in(cell, [&](std::uint32_t slot) {
    const Row& row = core.registry.row(slot);
    core.columns.prefetch(row.kind, row.place);
    members_.push_back({key_of(cell, row.alias), slot, 0});
  });
  sort_by_key(members_, spare_items_, [](const Item& item) { return item.key; });
}

}  // namespace madang::world

// ClientModel: what a client knows of the world if it applies the events of each tick in the order of
// events.h. The reference for the code that sends these events to clients.
#pragma once

#include <fmt/core.h>

#include <map>
#include <string>
#include <vector>

#include "board/zone.h"

namespace madang::board {

struct SeenPiece {
  PieceId id;
  std::string name;
  CellIndex cell;
  Position position;
  bool operator==(const SeenPiece&) const = default;
};

class ClientModel {
 public:
  explicit ClientModel(const Grid& grid) : grid_(grid) {}

  const std::map<Alias, SeenPiece>& pieces() const { return pieces_; }
  const CellRect& watch() const { return watch_; }
  const std::vector<std::string>& heard() const { return heard_; }
  /// Faults that cannot occur if the client gets all events in order.
  const std::vector<std::string>& violations() const { return violations_; }

  void apply(const Zone& zone, const TickEvents& events, const WatchChanged* change) {
    const CellRect before = watch_;
    if (change) {
      expect(change->before == before, "the old rectangle is not the one that was watched");
      watch_ = change->now;
    }
    const auto watched_all_along = [&](CellIndex cell) {
      return grid_.contains(before, cell) && grid_.contains(watch_, cell);
    };
    grid_.for_each_without(before, watch_, [&](CellIndex cell) { forget(cell); });
    for (const CellChanges& changes : events.cells)
      if (watched_all_along(changes.cell)) apply_changes(zone, changes);
    grid_.for_each_without(watch_, before, [&](CellIndex cell) { begin(zone, events, cell); });
    for (const CellChanges& changes : events.cells)
      if (watched_all_along(changes.cell)) apply_leaves(changes);
  }

 private:
  void forget(CellIndex cell) {
    std::erase_if(pieces_, [cell](const auto& entry) { return entry.second.cell == cell; });
  }

  void apply_changes(const Zone& zone, const CellChanges& changes) {
    for (const CellEvent& enter : changes.enters) see(zone, changes.cell, enter.alias);
    for (const CellEvent& step : changes.steps) {
      const auto found = pieces_.find(step.alias);
      if (!expect(found != pieces_.end(), "a step of a piece never seen")) continue;
      expect(found->second.cell == changes.cell, "a step in a cell in which the piece is not");
      move_to(found->second, step.position);
    }
    for (const Said& said : changes.says) {
      const auto found = pieces_.find(said.alias);
      if (!expect(found != pieces_.end(), "words of a piece never seen")) continue;
      expect(found->second.cell == changes.cell, "words from a cell in which the speaker is not");
      heard_.push_back(said.text);
    }
  }

  void begin(const Zone& zone, const TickEvents& events, CellIndex cell) {
    expect(std::ranges::binary_search(events.newly_watched, cell), "a new cell that is not in the list");
    std::vector<Alias> pieces;
    zone.pieces_in(cell, pieces);
    for (const Alias alias : pieces) see(zone, cell, alias);
  }

  void apply_leaves(const CellChanges& changes) {
    for (const CellEvent& leave : changes.leaves) {
      const auto found = pieces_.find(leave.alias);
      if (!expect(found != pieces_.end(), "a leave of a piece never seen")) continue;
      if (found->second.cell == changes.cell) pieces_.erase(found);
    }
  }

  void see(const Zone& zone, CellIndex cell, Alias alias) {
    const Piece piece = zone.piece(alias);
    const auto [entry, is_new] =
        pieces_.try_emplace(alias, SeenPiece{piece.id, std::string(piece.name), cell, piece.position});
    SeenPiece& seen = entry->second;
    expect(zone.map().is_free(piece.position), "a piece on an obstacle");
    if (is_new) return;
    expect(seen.id == piece.id, "the alias of a piece that is still in sight names another");
    expect(seen.cell != cell, "an enter into the cell in which the piece is");
    seen.cell = cell;
    move_to(seen, piece.position);
  }

  void move_to(SeenPiece& seen, Position position) {
    const int distance = std::abs(seen.position.x - position.x) + std::abs(seen.position.y - position.y);
    expect(distance == 1, "a step that is not one tile long");
    expect(grid_.cell_of(position) == seen.cell, "a piece outside of its cell");
    seen.position = position;
  }

  bool expect(bool claim, const char* otherwise) {
    if (!claim) violations_.push_back(otherwise);
    return claim;
  }

  const Grid& grid_;
  CellRect watch_;
  std::map<Alias, SeenPiece> pieces_;
  std::vector<std::string> heard_;
  std::vector<std::string> violations_;
};

}  // namespace madang::board

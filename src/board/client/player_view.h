// PlayerView: what one client knows of the board. One thread.
//
// It checks each packet, as every view does (madang/client/view.h). It also checks what only the board has: a
// step goes one tile, and Moved and the cells agree about the client's own piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "board/packets.h"
#include "board/piece.h"
#include "board/rules.h"
#include "madang/client/view.h"

namespace madang::board {

/// A piece in sight. Its name is valid until the next packet; empty if the view keeps no attributes.
struct SeenPiece {
  wire::Id id;
  world::Position position;
  Looks looks = Looks::king;
  std::string_view name;
};

class PlayerView final : public client::View<BoardParts> {
 public:
  /// `findings` must outlive the view.
  explicit PlayerView(client::Findings& findings, client::Attributes attributes = client::Attributes::keep)
      : View(findings, {.step_max = 1}, attributes) {}

  /// Returns the position of the client's own piece, from Welcome and Moved.
  world::Position own_position() const { return own_position_; }
  /// Returns the minimum time between two moves. 0 until the server has sent it.
  std::uint32_t move_interval_ms() const { return move_interval_ms_; }
  /// Returns what is known of a tile. Tiles beyond the edges of the map are obstacles.
  client::Tile tile(world::Position position) const { return cells().tile(position.x, position.y); }
  /// Calls visit(SeenPiece) for each piece in sight.
  template <class Visit>
  void for_each_piece(Visit visit) const {
    for_each_entity([&](const client::Seen& seen) { visit(piece_of(seen)); });
  }
  /// Returns nothing if the piece is not in sight.
  std::optional<SeenPiece> find_piece(const wire::Id& id) const;
  /// Returns the piece that packets about the cell name so; nothing if there is none.
  std::optional<SeenPiece> find_piece(client::Cell cell, wire::CellAlias alias) const;

 private:
  CloseReason apply_answer(const wire::Frame& frame) override;
  void on(const Moved& moved);
  void on_welcome() override;
  void on_own_position(world::Position position) override;
  void check_cells_have_shown_last_step();
  SeenPiece piece_of(const client::Seen& seen) const {
    const Piece* piece = attributes<Piece>(seen);
    return piece ? SeenPiece{seen.id, seen.position, piece->looks, piece->name}
                 : SeenPiece{seen.id, seen.position};
  }

  world::Position own_position_;
  std::uint32_t move_interval_ms_ = 0;
};

/// Returns the distance of two tiles: the larger of the distances along the two axes.
std::uint32_t axis_distance(world::Position a, world::Position b);

}  // namespace madang::board

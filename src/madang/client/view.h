// View: what one client knows of the world. It also checks every packet of the server.
//
// A view applies the packets of the server in their order. It holds the cells that the client watches, and
// the pieces in them. If a packet contradicts the view, the view adds a fault to the Findings, and then
// follows the packet, so that one fault of the server is counted once. Any bytes are allowed. A view is
// small, because a process may hold fifteen thousand of them. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"
#include "madang/client/alias_table.h"
#include "madang/client/findings.h"
#include "madang/wire/packets.h"

namespace madang::client {

/// A tile of the map.
struct Position {
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  bool operator==(const Position&) const = default;
};

struct SeenPiece {
  std::uint32_t alias = 0;
  Position position;
  std::uint64_t entity = 0;
  wire::Looks looks = wire::Looks::king;
};

enum class Tile : std::uint8_t { unknown, free, obstacle };

class View {
 public:
  /// Without `has_names` the view keeps no names, which bots do not need. `findings` must outlive the view.
  explicit View(Findings& findings, bool has_names = false) : findings_(findings), has_names_(has_names) {}
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  /// Applies one packet. Returns none, or the reason why the connection must end: the bytes are not a packet,
  /// or the packet cannot come now.
  CloseReason apply(const wire::Frame& frame);

  bool is_welcomed() const { return welcome_.cell_size != 0; }
  /// Returns the Welcome of the server. Its position is the first tile of the client.
  const wire::Welcome& welcome() const { return welcome_; }
  /// Returns the position of the client's own piece, from Welcome and Moved.
  Position own_position() const { return own_position_; }

  /// Returns what is known of a tile. Tiles beyond the edges of the map are obstacles.
  Tile tile(int x, int y) const;
  std::size_t piece_count() const { return pieces_.size(); }
  std::size_t cell_count() const { return cells_.size(); }
  /// Returns the number of cells whose steps are suppressed.
  std::size_t throttled_count() const;
  /// Returns null if no such piece is in sight.
  const SeenPiece* find(std::uint32_t alias) const { return pieces_.find(alias); }
  /// Returns an empty name if names are not kept.
  std::string_view name_of(std::uint32_t alias) const;
  template <class Visit>
  void for_each_piece(Visit visit) const {
    pieces_.for_each(visit);
  }
  /// Returns the number of enters, steps and leaves so far.
  std::uint64_t updates() const { return updates_; }

 private:
  struct Cell {
    std::uint16_t x = 0;
    std::uint16_t y = 0;
    bool is_throttled = false;  ///< its steps are suppressed
    bool operator==(const Cell& other) const { return x == other.x && y == other.y; }
  };

  CloseReason on(const wire::Welcome& welcome);
  CloseReason on(const wire::Moved& moved);
  CloseReason on(const wire::CellBegin& begin);
  CloseReason on(const wire::CellForget& forget);
  CloseReason on(const wire::CellEnter& enter);
  CloseReason on(const wire::CellMove& move);
  CloseReason on(const wire::CellLeave& leave);
  CloseReason on(const wire::Said& said);
  CloseReason on(const wire::CellThrottled& packet);
  CloseReason on(const wire::CellPositions& positions);

  void enter(const wire::Piece& piece, Cell cell);
  void step(const wire::Step& step, Cell cell, bool was_suppressed);
  void leave(std::uint32_t alias, Cell cell);

  std::optional<std::size_t> index_of(Cell cell) const;
  bool watches(Cell cell, std::string_view packet);
  Cell cell_of(Position position) const;
  bool is_throttled(Cell cell) const;
  void set_throttled(Cell cell, bool is_throttled);
  std::optional<Position> position_in(Cell cell, std::uint8_t x, std::uint8_t y, std::uint32_t alias);
  void check_ground(Position position, std::uint32_t alias);
  void check_way(const SeenPiece& piece, Position to);
  void check_own(std::uint32_t alias, Position position);

  Findings& findings_;
  wire::Welcome welcome_;  // cell_size is 0 until it has come
  Position own_position_;
  const bool has_names_;
  std::vector<Cell> cells_;           // the watched cells
  std::vector<std::byte> obstacles_;  // of the watched cells, in the same order
  std::size_t obstacle_bytes_ = 0;    // of one cell
  AliasTable<SeenPiece> pieces_;
  std::unordered_map<std::uint32_t, std::string> names_;
  std::uint64_t updates_ = 0;
};

}  // namespace madang::client

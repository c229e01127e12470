// View: what one client knows of the world, and a check of everything that it is told.
//
// Fed with the server's packets in their order. It holds the cells that the client watches and the pieces in
// them. What a correct server never shows goes to the Findings; after that the view believes the server, so
// that one mistake is counted once. It is total: any bytes are fine. One thread; lean, for a process may hold
// fifteen thousand of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/close_reason.h"
#include "client/alias_table.h"
#include "client/findings.h"
#include "wire/packets.h"

namespace madang::client {

/// In tiles of the map.
struct Place {
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  bool operator==(const Place&) const = default;
};

struct SeenPiece {
  std::uint32_t alias = 0;
  Place place;
  std::uint64_t entity = 0;
  wire::Looks looks = wire::Looks::king;
};

enum class Tile : std::uint8_t { unknown, free, obstacle };

class View {
 public:
  /// Bots do without the names of others. `findings` outlives the view.
  explicit View(Findings& findings, bool keep_names = false) : findings_(findings), keep_names_(keep_names) {}
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  /// Takes in one packet. Not none: the bytes are no packet, or one that cannot come now; nothing that
  /// follows makes sense.
  CloseReason apply(const wire::Frame& frame);

  bool is_welcomed() const { return welcome_.cell_size != 0; }
  /// The server's Welcome; its place is where the client began.
  const wire::Welcome& welcome() const { return welcome_; }
  /// Where the client's own piece stands, as Welcome and Moved tell.
  Place own_place() const { return own_place_; }

  /// What is known of a tile; beyond the edges of the map all are obstacles.
  Tile tile(int x, int y) const;
  std::size_t piece_count() const { return pieces_.size(); }
  std::size_t cell_count() const { return cells_.size(); }
  /// Of how many cells the steps are held back.
  std::size_t thin_count() const;
  /// Null when no such piece is in sight.
  const SeenPiece* find(std::uint32_t alias) const { return pieces_.find(alias); }
  /// Empty when names are not kept.
  std::string_view name_of(std::uint32_t alias) const;
  template <class Visit>
  void for_each_piece(Visit visit) const {
    pieces_.for_each(visit);
  }
  /// Enters, steps and leaves taken in so far.
  std::uint64_t updates() const { return updates_; }

 private:
  struct Cell {
    std::uint16_t x = 0;
    std::uint16_t y = 0;
    bool is_thin = false;  ///< its steps are held back
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
  CloseReason on(const wire::CellThin& thin);
  CloseReason on(const wire::CellPositions& positions);

  void enter(const wire::Piece& piece, Cell cell);
  void step(const wire::Step& step, Cell cell, bool held_back);
  void leave(std::uint32_t alias, Cell cell);

  std::optional<std::size_t> index_of(Cell cell) const;
  bool watches(Cell cell, std::string_view packet);
  Cell cell_of(Place place) const;
  bool is_thin(Cell cell) const;
  void set_thin(Cell cell, bool thin);
  std::optional<Place> place_in(Cell cell, std::uint8_t x, std::uint8_t y, std::uint32_t alias);
  void check_ground(Place place, std::uint32_t alias);
  void check_way(const SeenPiece& piece, Place to);
  void check_own(std::uint32_t alias, Place place);

  Findings& findings_;
  wire::Welcome welcome_;  // cell_size 0: has not come yet
  Place own_place_;
  const bool keep_names_;
  std::vector<Cell> cells_;           // those watched
  std::vector<std::byte> obstacles_;  // of each of them, in the same order
  std::size_t obstacle_bytes_ = 0;    // of one cell
  AliasTable<SeenPiece> pieces_;
  std::unordered_map<std::uint32_t, std::string> names_;
  std::uint64_t updates_ = 0;
};

}  // namespace madang::client

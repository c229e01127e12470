// PlayerSearch: one page of the players on the map, by name: those behind a place in the list, some at a
// time.
//
// The list is sorted by name, letters' case aside, and among equal names by entity. A page begins behind a
// name and an entity, not behind a number of rows: players who come and go meanwhile move nobody to another
// page. It looks at `slots_at_once` places of the zone a call, so that no tick waits for a whole map.
// One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/map_squares.h"
#include "base/ids.h"
#include "world/zone.h"

namespace madang::app {

/// The name with its Latin letters small: as the list compares it.
std::string folded(std::string_view name);

class PlayerSearch {
 public:
  static constexpr std::uint32_t slots_at_once = 8'192;

  struct Query {
    std::string find;                     ///< what a name must contain, letters' case aside; empty: anything
    std::optional<std::uint32_t> square;  ///< of MapSquares, where the players must stand
    std::string after_name;               ///< the last row of the page before
    std::uint64_t after_entity = 0;       ///< 0: this is the first page
    std::size_t rows_max = 50;
  };
  struct Player {
    SessionId session;
    EntityId entity;
    std::string name;
    world::Position position{};
    std::size_t sees = 0;  ///< how many pieces its client is shown
  };

  explicit PlayerSearch(Query query);

  /// Looks at some places more. True: that was the last.
  bool look(const world::Zone& zone);

  // --- When all is looked at

  /// How many there are on all pages.
  std::size_t count() const { return count_; }
  const std::vector<Player>& players() const { return players_; }
  bool has_more() const { return has_more_; }

 private:
  struct Row {
    std::string key;
    std::uint64_t entity = 0;
    world::Alias alias;
    Player player;
    bool operator<(const Row& other) const {
      return key != other.key ? key < other.key : entity < other.entity;
    }
  };
  void look_at(const world::Zone& zone, const MapSquares& squares, world::Alias alias,
               world::Position position);
  void finish(const world::Zone& zone);

  Query query_;
  std::string after_key_;
  std::uint32_t next_slot_ = 0;
  std::size_t count_ = 0;
  std::vector<Row> rows_;  // a heap: the last of them in front; one more than a page
  std::vector<Player> players_;
  bool has_more_ = false;
  std::string key_;
};

}  // namespace madang::app

// PlayerSearch: finds one page of the list of players on the map.
//
// The list is sorted by name (without the case of letters), and for equal names by entity. A page begins
// after a name and an entity, and not after a number of rows. So players who come and go do not move others
// to another page. One call searches `players_at_once` players, so that a tick does not wait for all of them.
// The first call lists the characters. So a player is found once, also if it steps into another zone of the
// world between two calls. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/ids.h"
#include "madang/net/routes.h"
#include "madang/server/map_squares.h"
#include "madang/world/any_world.h"

namespace madang::server {

/// Returns the name with small Latin letters, as the list compares names.
std::string folded(std::string_view name);

class PlayerSearch {
 public:
  static constexpr std::uint32_t players_at_once = 4'096;

  struct Query {
    std::string find;                     ///< text that a name must contain, without the case of letters
    std::optional<std::uint32_t> square;  ///< square of MapSquares where the players must be; none: anywhere
    std::string after_name;               ///< name in the last row of the previous page
    world::EntityId after_entity;         ///< entity in that row; none: this is the first page
    std::size_t rows_max = 50;
  };
  struct Player {
    SessionId session;
    world::EntityId entity;
    std::string name;
    world::Position position{};
    std::size_t sees = 0;                            ///< number of entities in the player's area of interest
    std::vector<world::AttributeText> attributes{};  ///< those of the game
  };

  explicit PlayerSearch(Query query);

  /// Searches the next players. Returns true when all have been searched. The runner's thread.
  bool search_next(const world::AnyWorld& world, const net::Routes& routes);

  // --- After search_next() has returned true

  /// Returns the number of players on all pages.
  std::size_t count() const { return count_; }
  const std::vector<Player>& players() const { return players_; }
  bool has_more() const { return has_more_; }

 private:
  struct Row {
    std::string key;
    world::EntityId entity;
    Player player;
    bool operator<(const Row& other) const {
      return key != other.key ? key < other.key : entity < other.entity;
    }
  };
  void search(CharacterId character, const world::AnyWorld& world, const net::Routes& routes);
  void finish(const world::AnyWorld& world);

  Query query_;
  std::string after_key_;
  bool has_begun_ = false;
  std::vector<CharacterId> characters_;  // those that are not searched yet
  std::size_t count_ = 0;
  std::vector<Row> rows_;  // a heap with the last row of the list at the front; one row more than a page
  std::vector<Player> players_;
  bool has_more_ = false;
  std::string key_;
};

}  // namespace madang::server

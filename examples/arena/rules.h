// Arena: the rules of a game of fighters that walk in eight directions, and shoot at each other.
//
// A fighter walks in fractions of a tile, and two fighters never share a tile. The ground grants tiles
// (arena/floor.h, arena/claim.h). A fighter claims the next tile on its way ahead of time. It waits at the
// border until the tile is granted, and frees the tile that it has left. An obstacle stops it, or it slides
// along the obstacle (arena/way.h).
//
// A shot flies some units a tick. It ends at obstacles, at the edge of the map, after its range, or at the
// first fighter on its way. A fighter without hit points goes down, frees its tiles, and credits its killer.
// After some ticks it comes up on another free tile. The first fighter with enough kills wins the round.
//
// All times are in ticks, all ways in twelfths of a unit (arena/heading.h).
#pragma once

#include "arena/effects.h"
#include "arena/fighter.h"
#include "arena/floor.h"
#include "arena/match.h"
#include "arena/packets.h"
#include "arena/shot.h"
#include "arena/way.h"
#include "madang/world/world.h"

namespace arena {

using madang::CharacterId;

struct ArenaParts : world::Parts {
  using Entities = wire::Types<Fighter, Shot>;
  using Commands = ClientPackets;
  using Answers = ServerPackets;
  using Effects = arena::Effects;
  using WorldState = Match;
  using Ground = Floor;
  using Entry = arena::Entry;
  using OperatorActions = wire::Types<NewRound>;
  using Offset = std::uint16_t;  // a cell has 512 units a side
};

class Arena : public world::Rules<ArenaParts> {
 public:
  static constexpr std::string_view name = "arena";
  static constexpr std::uint16_t default_port = 7790;

  static constexpr std::uint32_t speed = 12 * 17;  ///< of a fighter: 17 units straight, 12 diagonal
  /// A claim is answered after two ticks. A second tile is claimed after the first one was granted. It is
  /// near only on a diagonal, which often crosses two borders one soon after the other.
  static constexpr LookAhead look_ahead{.to_next = 5 * speed, .beyond = 3 * speed};
  static constexpr std::uint64_t down_ticks = 40;
  static constexpr std::uint64_t shot_interval = 6;
  static constexpr std::uint64_t shell_interval = 20;

  /// Returns the settings of a room. The rules count on the sizes in it.
  static world::WorldConfig config(world::WorldKey key, std::uint32_t entities_max);

  /// A room refuses fighters beyond `fighters_max`.
  explicit Arena(std::uint32_t fighters_max = UINT32_MAX) : fighters_max_(fighters_max) {}

  void enter(WorldChange& world, CharacterId character, const Entry& entry) const;
  void operate(WorldChange& world, const NewRound& new_round) const;

  void decide(const View& view, const Self<Fighter>& self, const Steer& steer, Proposals& propose) const;
  void decide(const View& view, const Self<Fighter>& self, const Fire& fire, Proposals& propose) const;
  // The player of a fighter watches the fighter's own cell. So a fighter is always awake.
  void decide(const View& view, const Self<Fighter>& self, Clock clock, Proposals& propose) const;
  void decide(const View& view, const Self<Shot>& self, Clock clock, Proposals& propose) const;

  void apply(Change<Fighter>& self, const Impact& impact) const;
  void apply(Change<Fighter>& self, const Credit& credit) const;
  void apply(Change<Fighter>& self, const TileGranted& granted) const;
  void apply(Change<Fighter>& self, const TileRefused& refused) const;
  void apply(Change<Fighter>& self, const Arrive& arrive) const;
  void apply(Change<Fighter>& self, const Rise& rise) const;
  void apply(Change<Fighter>& self, const BeginRound& begin) const;
  void apply(Change<Fighter>& self, const Turn& turn) const;
  void apply(Change<Fighter>& self, const Walk& walk) const;
  void apply(Change<Fighter>& self, const Shoot& shoot) const;
  void apply(Change<Fighter>& self, const Reload& reload) const;
  void apply(Change<Fighter>& self, const world::Left& left) const;

  void apply(Change<Shot>& self, const Fly& fly) const;
  void apply(Change<Shot>& self, const Burst& burst) const;

  void apply(GroundChange& ground, const TileFreed& freed) const;
  void apply(GroundChange& ground, const ClaimTile& claim) const;
  void apply(GroundChange& ground, const world::Returned<TileGranted>& back) const;

  void apply(WorldChange& world, const Fell& fell) const;
  void apply(WorldChange& world, const Scored& scored) const;
  void apply(WorldChange& world, const Quit& quit) const;
  void apply(WorldChange& world, const world::Returned<TileGranted>& back) const;

 protected:
  /// Places the fighter of a newcomer above a tile, which it claims.
  static void place(WorldChange& world, CharacterId character, const Entry& entry, Tile tile);

 private:
  static void begin_round(WorldChange& world);

  std::uint32_t fighters_max_;
};

}  // namespace arena

// Claim a tile: at most one walker stands on a tile. The ground of a cell gives its tiles.
#pragma once

#include "law/common.h"

namespace law::claim_tile {

struct Walker {
  bool has_tile = false;
  Position wants;
  static constexpr auto table = world::attributes(
      "Walker", "A player.",
      world::shown("has_tile", &Walker::has_tile, "false: it has just come, and hovers above the ground"),
      world::hidden("wants", &Walker::wants, "the tile that it last asked for"));
};

struct Floor {
  static constexpr std::int32_t side = 8;  // WorldConfig::cell_size

  std::uint64_t taken = 0;
  static constexpr auto table = world::attributes(
      "Floor", "The tiles of a cell.", world::hidden("taken", &Floor::taken, "one bit a tile, row by row"));
  bool operator==(const Floor&) const = default;
};

struct Granted {
  Position tile;
  static constexpr auto table = world::effect("Granted", "A tile for one.", WhenGone::give_back,
                                              wire::field("tile", &Granted::tile, "which"));
};
struct Freed {
  Position tile;
  static constexpr auto table = world::effect("Freed", "A walker does not need a tile any more.",
                                              WhenGone::drop, wire::field("tile", &Freed::tile, "which"));
};
struct Claim {
  Position tile;
  static constexpr auto table = world::effect("Claim", "A walker asks for a tile.", WhenGone::drop,
                                              wire::field("tile", &Claim::tile, "which"));
};

struct Parts : world::Parts {
  using Entities = wire::Types<Walker>;
  using Commands = wire::Types<Walk>;
  using Effects = wire::Types<Granted, Walk, Freed, Claim>;  // a tile that is freed can be claimed at once
  using Ground = Floor;
  using Entry = Start;
};

class Game : public world::Rules<Parts> {
 public:
  // The world does not see which tiles are taken. So a newcomer hovers, until the ground gives it a tile.
  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    world.send(world.place(character, Walker{}, start.position), Walk{0, 0});
  }

  void apply(Change<Walker>& self, const Walk& step) const {
    const Position to = moved(self.position(), step.x, step.y);
    if (!is_small(step) || !self.is_free(to)) return;
    self->wants = to;
    self.send(to, Claim{to});
  }
  // The ground keeps the tile for the walker from now on, so that nobody else gets it meanwhile.
  void apply(GroundChange& ground, const Claim& claim) const {
    if (ground->taken & bit_of(ground, claim.tile)) return;
    ground->taken |= bit_of(ground, claim.tile);
    ground.send(ground.from(), Granted{claim.tile});
  }
  void apply(Change<Walker>& self, const Granted& granted) const {
    if (granted.tile != self->wants) return self.send(granted.tile, Freed{granted.tile});
    if (self->has_tile) self.send(self.position(), Freed{self.position()});
    self->has_tile = true;
    self.move_to(granted.tile);
  }
  void apply(GroundChange& ground, const Freed& freed) const { ground->taken &= ~bit_of(ground, freed.tile); }
  void apply(GroundChange& ground, const world::Returned<Granted>& back) const {
    ground->taken &= ~bit_of(ground, back.effect.tile);
  }
  void apply(WorldChange&, const world::Returned<Granted>&) const {}  // a ground is never gone
  void apply(Change<Walker>& self, const world::Left&) const {
    if (self->has_tile) self.send(self.position(), Freed{self.position()});
    self.leave();
  }

 private:
  static std::uint64_t bit_of(const GroundChange& ground, Position tile) {
    const Position origin = ground.origin();
    return std::uint64_t{1} << ((tile.y - origin.y) * Floor::side + (tile.x - origin.x));
  }
};

}  // namespace law::claim_tile

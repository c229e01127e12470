// View: the world as a rule may see it: as it stood when the tick began, and from where its entity stands.
//
// A rule sees at most WorldConfig::sight far, along both axes. Entities come in the order of their ids, which
// is the same on every platform. A view is valid while the rule decides. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "madang/world/core.h"
#include "madang/world/law.h"
#include "madang/world/state.h"

namespace madang::world {

template <class Parts>
class View {
 public:
  using WorldState = Parts::WorldState;
  using Ground = Parts::Ground;

  /// An entity as it stood when the tick began.
  struct Seen {
    EntityId id;
    Position position;
    CharacterId character;
    std::uint8_t kind = 0;
    const void* attributes = nullptr;

    /// Returns its attributes, or null if it is of another kind.
    template <class E>
    const E* as() const {
      static_assert(is_in<E, typename Parts::Entities>, "the game has no such kind of entity");
      return kind == index_in<E, typename Parts::Entities> ? static_cast<const E*>(attributes) : nullptr;
    }
  };

  /// An entity or a ground that a rule has seen, and its hash then.
  struct LookedAt {
    const Core<Parts>* core;  ///< that of the zone, or the copies of what is beyond
    std::uint32_t slot_or_cell;
    bool is_cell;
    std::uint64_t hash;

    bool is_unchanged() const {
      return hash == (is_cell ? hash_of(core->ground({slot_or_cell})) : hash_of(*core, slot_or_cell));
    }
  };

  View(const Core<Parts>& core, std::uint32_t self, Referee& referee, std::vector<Seen>& found,
       std::vector<LookedAt>& looked_at)
      : core_(core),
        self_(core.registry.row(self).position),
        referee_(referee),
        found_(found),
        looked_at_(looked_at) {}

  /// Returns the number of this tick.
  std::uint64_t tick() const { return core_.tick; }
  /// Returns the attributes of the world itself.
  const WorldState& world() const { return core_.world; }
  /// Returns the attributes of the cell at a position.
  const Ground& ground(Position position) const {
    static constexpr Ground bare{};
    if (!may_see(position) || !core_.is_on_map(position)) return bare;
    const CellIndex cell = core_.grid.cell_of(position);
    const Core<Parts>& core = core_.of(cell);
    const Ground& ground = core.ground(cell);
    if (referee_.checks_law()) looked_at_.push_back({&core, cell.value, true, hash_of(ground)});
    return ground;
  }
  /// Returns whether there is no obstacle. A position outside of the map is not free.
  bool is_free(Position position) const { return may_see(position) && core_.is_free(position); }
  bool is_on_map(Position position) const { return core_.is_on_map(position); }

  /// Returns nothing if the entity is gone, or out of sight.
  std::optional<Seen> find(EntityId id) const {
    referee_.step();
    for (const Core<Parts>* core : {&core_, core_.beyond}) {
      const std::uint32_t slot = core ? core->registry.find(id) : Registry::none;
      if (slot == Registry::none) continue;
      return is_in_sight(core->registry.row(slot).position) ? std::optional(seen(*core, slot)) : std::nullopt;
    }
    return std::nullopt;
  }

  /// Calls visit(Seen) for each entity at most `radius` from `centre`, in the order of ids.
  template <class Visit>
  void within(Position centre, std::uint32_t radius, Visit visit) const {
    // A centre may come from a client. So no difference of two positions may overflow when it is squared.
    const std::uint64_t rr = std::uint64_t{radius} * radius;
    visit_all(
        centre, centre, radius,
        [&](Position at) { return squared(at.x, centre.x) <= rr - squared(at.y, centre.y); }, visit);
  }
  /// Calls visit(Seen) for each entity exactly at this position, in the order of ids.
  template <class Visit>
  void at(Position position, Visit visit) const {
    within(position, 0, visit);
  }
  /// Calls visit(Seen) for each entity at most `half_width` from the line between two positions, in the order
  /// of ids. Both ends must be in sight.
  template <class Visit>
  void along(Position from, Position to, std::uint32_t half_width, Visit visit) const {
    if (!may_see(from) || !may_see(to)) return;
    const std::uint64_t ww = std::uint64_t{half_width} * half_width;
    const std::int64_t lx = std::int64_t{to.x} - from.x;
    const std::int64_t ly = std::int64_t{to.y} - from.y;
    const std::int64_t length = lx * lx + ly * ly;  // squared, as all lengths here
    visit_all(
        from, to, half_width,
        [&](Position at) {
          const std::int64_t x = std::int64_t{at.x} - from.x;
          const std::int64_t y = std::int64_t{at.y} - from.y;
          const std::int64_t along = x * lx + y * ly;
          if (along <= 0) return squared(at.x, from.x) + squared(at.y, from.y) <= ww;
          if (along >= length) return squared(at.x, to.x) + squared(at.y, to.y) <= ww;
          // Within WorldConfig::sight_max, `across` is below 2^32, and its square below 2^64.
          const auto across = static_cast<std::uint64_t>(std::abs(x * ly - y * lx));
          const auto unsigned_length = static_cast<std::uint64_t>(length);
          const std::uint64_t apart = across * across / unsigned_length;
          return apart < ww || (apart == ww && across * across % unsigned_length == 0);
        },
        visit);
  }
  /// Returns the entity of the kind E that is nearest to `from`, of those along a line as above for which
  /// counts(seen, attributes) is true. Of several at the same distance it is the one with the lowest id.
  template <class E, class Counts>
  std::optional<Seen> nearest_along(Position from, Position to, std::uint32_t half_width,
                                    Counts counts) const {
    std::optional<Seen> nearest;
    const auto distance = [&](Position at) { return squared(at.x, from.x) + squared(at.y, from.y); };
    along(from, to, half_width, [&](const Seen& seen) {
      const E* found = seen.template as<E>();
      if (!found || !counts(seen, *found)) return;
      if (!nearest || distance(seen.position) < distance(nearest->position)) nearest = seen;
    });
    return nearest;
  }

 private:
  /// Returns the square of the difference, which is below 2^64.
  static std::uint64_t squared(std::int32_t one, std::int32_t other) {
    const auto apart = static_cast<std::uint64_t>(std::abs(std::int64_t{one} - other));
    return apart * apart;
  }
  bool is_in_sight(Position position) const {
    const std::int64_t sight = core_.config.sight;
    return std::abs(std::int64_t{position.x} - self_.x) <= sight &&
           std::abs(std::int64_t{position.y} - self_.y) <= sight;
  }
  /// Counts the question. Returns false, and is a break of the law, if the position is out of sight.
  bool may_see(Position position) const {
    referee_.step();
    if (is_in_sight(position)) return true;
    if (referee_.checks_law())
      referee_.broken(fmt::format("it stands at {}, {} and looks at {}, {}, but its sight is {}", self_.x,
                                  self_.y, position.x, position.y, core_.config.sight));
    return false;
  }

  Seen seen(const Core<Parts>& core, std::uint32_t slot) const {
    const Row& row = core.registry.row(slot);
    if (referee_.checks_law()) looked_at_.push_back({&core, slot, false, hash_of(core, slot)});
    Seen one{row.id, row.position, row.character, row.kind, nullptr};
    core.columns.with(row.kind, row.place, [&](const auto& attributes) { one.attributes = &attributes; });
    return one;
  }

  /// Visits the entities in the rectangle around two positions for which is_wanted(position) is true.
  template <class IsWanted, class Visit>
  void visit_all(Position a, Position b, std::int64_t margin, IsWanted is_wanted, Visit visit) const {
    const std::int64_t left = std::min(a.x, b.x) - margin;
    const std::int64_t top = std::min(a.y, b.y) - margin;
    const std::int64_t right = std::max(a.x, b.x) + margin;
    const std::int64_t bottom = std::max(a.y, b.y) + margin;
    const std::int64_t sight = core_.config.sight;
    // The whole rectangle must be in sight. Its part beyond the sight is not searched.
    may_see({static_cast<std::int32_t>(std::max<std::int64_t>(left, INT32_MIN)),
             static_cast<std::int32_t>(std::max<std::int64_t>(top, INT32_MIN))});
    may_see({static_cast<std::int32_t>(std::min<std::int64_t>(right, INT32_MAX)),
             static_cast<std::int32_t>(std::min<std::int64_t>(bottom, INT32_MAX))});
    const auto low = [&](std::int64_t edge, std::int32_t self) {
      return std::max({edge, self - sight, std::int64_t{0}});
    };
    const auto high = [&](std::int64_t edge, std::int32_t self, std::uint32_t size) {
      return std::min({edge, self + sight, std::int64_t{size} - 1});
    };
    const std::int64_t x0 = low(left, self_.x);
    const std::int64_t y0 = low(top, self_.y);
    const std::int64_t x1 = high(right, self_.x, core_.grid.width());
    const std::int64_t y1 = high(bottom, self_.y, core_.grid.height());
    if (x0 > x1 || y0 > y1) return;

    const auto cell = [&](std::int64_t at) {
      return static_cast<std::uint16_t>(core_.grid.cell_coordinate(static_cast<std::uint32_t>(at)));
    };
    const std::size_t first = found_.size();  // a rule may ask again for each entity that it sees
    core_.grid.for_each(CellRect{cell(x0), cell(y0), cell(x1), cell(y1)}, [&](CellIndex index) {
      const Core<Parts>& core = core_.of(index);
      core.registry.for_each_in(index, [&](std::uint32_t slot) {
        const Position at = core.registry.row(slot).position;
        if (at.x < x0 || at.x > x1 || at.y < y0 || at.y > y1 || !is_wanted(at)) return;
        referee_.step();
        found_.push_back(seen(core, slot));
      });
    });
    const std::size_t end = found_.size();
    std::sort(found_.begin() + static_cast<std::ptrdiff_t>(first), found_.end(),
              [](const Seen& one, const Seen& other) { return one.id < other.id; });
    for (std::size_t i = first; i < end; ++i) {
      const Seen one = found_[i];
      visit(one);
    }
    found_.resize(first);
  }

  const Core<Parts>& core_;
  const Position self_;
  Referee& referee_;
  std::vector<Seen>& found_;
  std::vector<LookedAt>& looked_at_;
};

}  // namespace madang::world

// Rules: what a game is to the engine: the types of its parts, and functions that decide and apply.
//
//   struct ArenaParts : world::Parts {
//     using Entities = wire::Types<Tank, Shell>;         // structs of attributes (world/attributes.h)
//     using Commands = wire::Types<Steer, Fire>;         // packets of clients
//     using Answers = wire::Types<Fired>;                // packets that the rules send
//     using Effects = wire::Types<Step, Shoot, Hit>;     // in the order in which an entity takes them
//     using WorldState = Match;                          // attributes of the world itself, and its metrics
//   };
//
//   class Arena : public world::Rules<ArenaParts> {
//    public:
//     // A character enters. The world itself places it, or refuses it. It does not see who stands where.
//     void enter(WorldChange& world, CharacterId character, const Entry& entry) const;
//
//     // A character that was here before comes back as it was kept: see world/kept.h.
//     void come_back(WorldChange& world, CharacterId character, const Entry& entry,
//                    const Kept<Tank>& kept) const;
//
//     // The operator does something in this world, on the operator's page: one of OperatorActions.
//     void operate(WorldChange& world, const Heal& heal) const;
//
//     // A client has sent a command; and what a tank does by itself, in each tick in which it is awake.
//     void decide(const View& view, const Self<Tank>& self, const Fire& fire, Proposals& propose) const;
//     void decide(const View& view, const Self<Tank>& self, Clock clock, Proposals& propose) const;
//
//     // An effect arrives: at a tank, at all tanks of a cell, or at the world.
//     void apply(Change<Tank>& self, const Hit& hit) const;
//     void apply(WorldChange& world, const Scored& scored) const;
//   };
//
// The engine finds the functions by their arguments. A kind that does not take a command ignores it. An
// addressee that does not take an effect counts as gone.
//
// Where there is nothing to decide, a command may stand in the list of effects, too. Without a decide() for
// it, it is an effect on the entity of its player in this tick. If that kind does not apply it, it goes to
// the world, and arrives in the next tick.
//
// An entity is awake while a player watches its cell, and while an effect is on its way to it or to its cell.
// It is also awake in the tick after it appeared, and at the tick that it named with wake_at(). What sleeps
// costs nothing.
//
// All functions are const, and the rules have no state: everything that lasts is an attribute. Chance comes
// from chance(), time from the tick. docs/law.md shows how common things are done under the law.
#pragma once

#include <cstdint>
#include <utility>

#include "madang/wire/table.h"
#include "madang/world/core.h"
#include "madang/world/kept.h"
#include "madang/world/law.h"
#include "madang/world/made.h"
#include "madang/world/view.h"

namespace madang::world {

struct NoGround {
  static constexpr auto table = attributes("NoGround", "Cells without attributes.");
  bool operator==(const NoGround&) const = default;
};
struct NoWorldState {
  static constexpr auto table = attributes("NoWorldState", "A world without attributes.");
};
struct NoEntry {
  static constexpr auto table = attributes("NoEntry", "Nothing but the name of the character.");
};

/// No reasons but the engine's.
enum class NoCloseReasons : std::uint8_t {};

/// Returns a reason of the game's own as the engine's threads know it.
template <class Reasons>
constexpr CloseReason close_reason_of(Reasons reason) {
  return game_close_reason(static_cast<std::size_t>(reason));
}

/// The parts that a game may leave out.
struct Parts {
  using Commands = wire::Types<>;  ///< packets of clients
  using Answers = wire::Types<>;   ///< packets that the rules send
  using WorldState = NoWorldState;
  using Ground = NoGround;
  using Entry = NoEntry;
  /// Reasons of the game's own for the end of a session: an enumeration with a table, at most 32 values.
  using CloseReasons = NoCloseReasons;
  /// What the operator can do in a world: records, whose fields the operator fills in on the operator's page.
  using OperatorActions = wire::Types<>;
  /// A position within a cell. Cells of more than 256 units a side need std::uint16_t.
  using Offset = std::uint8_t;
};

/// The time of a tick, for what an entity does by itself.
struct Clock {
  std::uint64_t tick = 0;
  std::uint32_t length = 1;  ///< in ordinary ticks; more if the server is overloaded
};

/// Limits of what one entity, cell or world makes in a tick.
inline constexpr std::uint32_t made_max = 10'000;

/// A maker: its id, and how many things it has made in this tick.
struct Maker {
  EntityId id;
  std::uint32_t made = 0;
  std::uint32_t deeds = 0;  ///< decisions and applications, for chance
};

/// Returns the chance of one deed: the same numbers on every platform.
inline Random chance_of(WorldKey key, std::uint64_t tick, const Maker& maker) {
  return Random(order_of(key.seed ^ scatter(key.number), tick, maker.id) ^ scatter(maker.deeds));
}

/// The random numbers of one deed. They are made when the deed first asks for them, because most never do.
class Chance {
 public:
  /// `maker` must not change during the deed, but for what it has made.
  Chance(const WorldKey& key, std::uint64_t tick, const Maker& maker)
      : key_(key), tick_(tick), maker_(maker) {}
  Random& get() {
    if (!std::exchange(is_made_, true)) random_ = chance_of(key_, tick_, maker_);
    return random_;
  }

 private:
  const WorldKey& key_;
  const std::uint64_t tick_;
  const Maker& maker_;
  bool is_made_ = false;
  Random random_{0};
};

/// The entity that decides, as it stood when the tick began.
template <class E>
struct Self {
  EntityId id;
  CharacterId character;
  Position position;
  const E& attributes;
  mutable Chance random;

  const E* operator->() const { return &attributes; }
  /// Returns the random numbers of this decision.
  Random& chance() const { return random.get(); }
};

/// Makes effects, for decide().
template <class Parts>
class Proposals {
 public:
  /// `activity` is the index of what the deciding entity does in this tick.
  Proposals(const Core<Parts>& core, Made<Parts>& made, Maker& maker, Referee& referee,
            std::uint32_t activity = 0)
      : core_(core), made_(made), maker_(maker), referee_(referee), activity_(activity) {}

  /// An effect on the deciding entity itself, in this tick.
  template <class Effect>
  void self(const Effect& effect) {
    made_.add(OwnEffect<Effect>{activity_, own_effect + next_number(), effect});
  }
  /// An effect on another: an entity, a cell or the world. It arrives in the next tick. A cell that is not on
  /// the map counts as gone.
  template <class Effect>
  void to(EntityId addressee, const Effect& effect) {
    if (addressee.is_cell() && addressee.low >= core_.grid.cell_count()) addressee = {};
    made_.add(Sent<Effect>{0, maker_.id, next_number(), addressee, effect});
  }
  /// An effect on the cell at a position: on its ground, or on all entities that stand in the cell in the
  /// next tick.
  template <class Effect>
  void to(Position position, const Effect& effect) {
    to(core_.is_on_map(position) ? EntityId::of(core_.grid.cell_of(position)) : EntityId{}, effect);
  }
  /// An effect on all cells within `radius`. An addressee compares its own position with the effect's.
  template <class Effect>
  void around(Position centre, std::uint32_t radius, const Effect& effect) {
    static_assert(!GivenBack<Effect>, "a thing cannot be given to several cells: it would be doubled");
    for_each_cell_around(core_.grid, centre, radius, [&](CellIndex cell) { to(EntityId::of(cell), effect); });
  }
  template <class Effect>
  void to_world(const Effect& effect) {
    to(EntityId::of_world(), effect);
  }

 protected:
  template <class Visit>
  static void for_each_cell_around(const Grid& grid, Position centre, std::uint32_t radius, Visit visit) {
    const auto cells = [&](std::int64_t at, std::uint32_t size, std::uint16_t& low, std::uint16_t& high) {
      const std::int64_t first = std::max<std::int64_t>(at - radius, 0);
      const std::int64_t last = std::min<std::int64_t>(at + radius, std::int64_t{size} - 1);
      if (first > last) return false;
      low = static_cast<std::uint16_t>(grid.cell_coordinate(static_cast<std::uint32_t>(first)));
      high = static_cast<std::uint16_t>(grid.cell_coordinate(static_cast<std::uint32_t>(last)));
      return true;
    };
    CellRect rect;
    if (cells(centre.x, grid.width(), rect.x0, rect.x1) && cells(centre.y, grid.height(), rect.y0, rect.y1))
      grid.for_each(rect, visit);
  }
  std::uint32_t next_number() {
    referee_.step();
    if (maker_.made >= made_max) referee_.broken("it makes more than 10,000 effects and entities in a tick");
    return maker_.made++;
  }

  const Core<Parts>& core_;
  Made<Parts>& made_;
  Maker& maker_;
  Referee& referee_;
  const std::uint32_t activity_;
};

/// What all addressees can do while they apply an effect.
template <class Parts>
class Changing : protected Proposals<Parts> {
  using Base = Proposals<Parts>;

 public:
  Changing(const Core<Parts>& core, Made<Parts>& made, Maker& maker, Referee& referee, EntityId from)
      : Base(core, made, maker, referee), from_(from), random_(core.config.key, core.tick, maker) {}

  EntityId id() const { return this->maker_.id; }
  /// Returns who made the effect.
  EntityId from() const { return from_; }
  std::uint64_t tick() const { return this->core_.tick; }
  /// Returns the number in the key of this world. The main world has 0, and each room a number of its own.
  std::uint64_t world_number() const { return this->core_.config.key.number; }
  /// Returns the random numbers of this application.
  Random& chance() { return random_.get(); }

  /// Returns whether there is no obstacle. The map never changes, so a rule may ask for any place.
  bool is_free(Position position) const {
    this->referee_.step();  // a rule may search for a free place where there is none
    return this->core_.is_free(position);
  }
  /// Returns a position without an obstacle, by chance. Precondition: there is one (else the rule is
  /// stopped).
  Position any_free_position() {
    while (true) {
      const Position position{static_cast<std::int32_t>(chance().below(width())),
                              static_cast<std::int32_t>(chance().below(height()))};
      if (is_free(position)) return position;
    }
  }
  bool is_on_map(Position position) const { return this->core_.is_on_map(position); }
  const Map& map() const { return this->core_.map; }
  /// Returns the size of the map in units.
  std::uint32_t width() const { return this->core_.grid.width(); }
  std::uint32_t height() const { return this->core_.grid.height(); }

  /// An effect on another, which arrives in the next tick.
  template <class Effect>
  void send(EntityId addressee, const Effect& effect) {
    this->to(addressee, effect);
  }
  template <class Effect>
  void send(Position position, const Effect& effect) {
    this->to(position, effect);
  }
  template <class Effect>
  void send_around(Position centre, std::uint32_t radius, const Effect& effect) {
    this->around(centre, radius, effect);
  }
  template <class Effect>
  void send_to_world(const Effect& effect) {
    this->to_world(effect);
  }
  /// Makes an entity, which appears at the end of this tick. Returns its id. If the world is full then, the
  /// entity does not appear.
  template <class E>
  EntityId make(const E& attributes, Position position) {
    return make_for(CharacterId{}, attributes, position, this->maker_.id, this->next_number());
  }

 protected:
  template <class E>
  EntityId make_for(CharacterId character, const E& attributes, Position position, EntityId maker,
                    std::uint32_t number) {
    check_on_map(position);
    const EntityId id = make_id(this->core_.config.key, maker, tick(), number);
    this->made_.add(Birth<E>{id, character, position, attributes});
    return id;
  }
  void check_on_map(Position position) const {
    if (!is_on_map(position))
      this->referee_.broken(fmt::format("the position {}, {} is not on the map", position.x, position.y));
  }

 private:
  const EntityId from_;
  Chance random_;
};

/// An entity that applies an effect: the only one that may change it.
template <class Parts, class E>
class EntityChange : public Changing<Parts> {
 public:
  /// What the application changes. It is a copy, so that an application can be tried.
  struct Draft {
    E attributes;
    Position position;
    std::uint64_t wake_at = 0;
    bool is_leaving = false;
    CloseReason leave_reason = CloseReason::left_world;
  };

  EntityChange(const Core<Parts>& core, Made<Parts>& made, Maker& maker, Referee& referee, EntityId from,
               CharacterId character, Draft& draft)
      : Changing<Parts>(core, made, maker, referee, from), character_(character), draft_(draft) {}

  E* operator->() { return &draft_.attributes; }
  E& attributes() { return draft_.attributes; }
  CharacterId character() const { return character_; }
  Position position() const { return draft_.position; }
  /// Moves the entity, at the end of this tick.
  void move_to(Position position) {
    this->check_on_map(position);
    draft_.position = position;
  }
  /// Removes the entity, at the end of this tick.
  void leave() { draft_.is_leaving = true; }
  /// Does the same, and ends the session of its character for this reason.
  void leave(typename Parts::CloseReasons reason) {
    leave();
    draft_.leave_reason = close_reason_of(reason);
  }
  /// Wakes the entity at this tick, which is later than now. One call replaces the one before.
  void wake_at(std::uint64_t tick) {
    if (tick <= this->tick()) this->referee_.broken("it wants to wake at a tick that is not in the future");
    if (tick >= ShortTick::end) this->referee_.broken("it wants to wake in more than a thousand years");
    draft_.wake_at = tick;
  }
  /// Sends a packet to the client of the entity's character. Without a character nobody gets it.
  template <wire::Packet Packet>
  void answer(const Packet& packet) {
    this->referee_.step();
    this->made_.note("answer");
    if (character_) this->made_.output.answers.push_back({character_, this->made_.write(packet)});
  }
  /// Sends a packet to all clients that watch the cell in which the entity stood when the tick began.
  template <wire::Packet Packet>
  void tell(const Packet& packet) {
    this->referee_.step();
    this->made_.note("tell");
    const std::uint32_t slot = this->core_.registry.find(this->id());
    this->made_.tell(this->core_.grid, this->core_.registry.cell_of(slot),
                     this->core_.registry.row(slot).alias, packet);
  }

 private:
  const CharacterId character_;
  Draft& draft_;
};

/// The ground of a cell that applies an effect.
template <class Parts>
class GroundChange : public Changing<Parts> {
 public:
  using Ground = Parts::Ground;
  GroundChange(const Core<Parts>& core, Made<Parts>& made, Maker& maker, Referee& referee, EntityId from,
               Ground& draft)
      : Changing<Parts>(core, made, maker, referee, from), draft_(draft) {}

  Ground* operator->() { return &draft_; }
  CellIndex cell() const { return this->id().cell(); }
  /// Returns the upper left position of the cell.
  Position origin() const { return this->core_.grid.origin(cell()); }
  /// Sends a packet to all clients that watch the cell.
  template <wire::Packet Packet>
  void tell(const Packet& packet) {
    this->referee_.step();
    this->made_.tell(this->core_.grid, cell(), alias_of_cell, packet);
  }

 private:
  Ground& draft_;
};

/// The world itself, which applies an effect or places a newcomer.
template <class Parts>
class WorldChange : public Changing<Parts> {
 public:
  using WorldState = Parts::WorldState;
  WorldChange(const Core<Parts>& core, Made<Parts>& made, Maker& maker, Referee& referee, EntityId from,
              WorldState& draft)
      : Changing<Parts>(core, made, maker, referee, from), draft_(draft) {}

  WorldState* operator->() { return &draft_; }
  /// Returns how many entities were in the world when the tick began.
  std::uint32_t entity_count() const { return this->core_.entity_count(); }
  /// Places the entity of a character that enters. Its id depends on the character and the tick alone.
  template <class E>
  EntityId place(CharacterId character, const E& attributes, Position position) {
    if (!character) this->referee_.broken("it places an entity without a character: make() is for these");
    this->referee_.step();
    return this->make_for(character, attributes, position, EntityId::of(character), 0);
  }
  /// Refuses a character that enters. Its client is told the reason.
  void refuse(CharacterId character, CloseReason reason) {
    this->referee_.step();
    this->made_.note("refuse", character, static_cast<std::uint64_t>(reason));
    this->made_.output.refused.push_back({character, reason});
  }
  void refuse(CharacterId character, typename Parts::CloseReasons reason) {
    refuse(character, close_reason_of(reason));
  }
  /// Sends a packet to all clients in the world.
  template <wire::Packet Packet>
  void tell_all(const Packet& packet) {
    this->referee_.step();
    this->made_.note("tell_all");
    this->made_.output.told_to_all.push_back(this->made_.write(packet));
  }
  /// Sends a packet to the client of one character.
  template <wire::Packet Packet>
  void answer(CharacterId character, const Packet& packet) {
    this->referee_.step();
    this->made_.note("answer", character);
    this->made_.output.world_answers.push_back({character, this->made_.write(packet)});
  }

 private:
  WorldState& draft_;
};

/// The base of a game's rules: short names for the arguments of its functions.
template <class GameParts>
class Rules {
 public:
  using Parts = GameParts;
  using View = world::View<Parts>;
  using Proposals = world::Proposals<Parts>;
  template <class E>
  using Self = world::Self<E>;
  template <class E>
  using Change = world::EntityChange<Parts, E>;
  using GroundChange = world::GroundChange<Parts>;
  using WorldChange = world::WorldChange<Parts>;
  using Clock = world::Clock;
  template <class E>
  using Kept = world::Kept<E>;
};

}  // namespace madang::world

// Zone: a part of a world, or all of it. It takes one tick after the other by the law (world/law.h). World
// (world/world.h) owns the zones of a world, and brings the messages of each zone to all others.
//
// A zone owns the entities and the grounds of its cells. Of other zones it has copies of what its rules may
// see, and knows which entities exist. One thread at a time.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/check.h"
#include "madang/world/cell_aliases.h"
#include "madang/world/first_difference.h"
#include "madang/world/input.h"
#include "madang/world/interest.h"
#include "madang/world/kept.h"
#include "madang/world/news.h"
#include "madang/world/rules.h"
#include "madang/world/state.h"
#include "madang/world/zone_directory.h"
#include "madang/world/zone_map.h"

namespace madang::world {

/// What a tick does, one after the other. A benchmark can measure the parts: a game with a function
/// `static void end_step(Step)` gets a call after each of them.
enum class Step : std::uint8_t {
  sort,    ///< the inputs get their order
  decide,  ///< the rules decide
  order,   ///< the effects of one kind get their order; once for each kind
  apply,   ///< the rules apply the effects of one kind; once for each kind
  settle,  ///< entities go to their cells, appear and leave
  encode,  ///< what clients get is encoded
};
inline constexpr std::size_t step_count = 6;

template <class Game>
class Zone {
 public:
  using Parts = Game::Parts;
  using Kinds = Parts::Entities;
  using All = AllEffects<typename Parts::Effects>::Type;
  using WatchChanges = std::vector<WorldOutput::WatchChange>;
  using Leaves = std::vector<typename News<Parts>::Leave>;

  /// `zones` is the cut of the world, and must outlive the zone. Preconditions: find_problem() finds nothing
  /// in the configuration; `number` is less than zones.size().
  Zone(const WorldConfig& config, const Map& map, const Game& rules, const ZoneMap& zones,
       std::uint32_t number)
      : core_(config, map), zones_(zones), number_(number), referee_(config.checks_law), rules_(rules) {
    if (config.checks_law) checks_ = std::make_unique<LawChecks>(rules);
    if (zones.size() == 1) return;
    cut_ = std::make_unique<CutParts>(core_);
    core_.owned = zones.cells_of(number);
    cut_->inner = zones.inner_cells_of(number);
    core_.beyond = &cut_->beyond;
  }

  // A tick of a zone that is the whole world:
  void tick(std::span<const Input> inputs, std::uint32_t length) {
    guard([&] { take(inputs, length); });
  }
  // A tick of one of several zones. All act, and then each receives the messages of all, of which that at
  // number() is its own. `inputs` are those of its characters; the first zone also gets those of the
  // world, and all leaves.
  void act(std::span<const Input> inputs, std::uint32_t length) {
    guard([&] { act_in_cut(inputs, length); });
  }
  Bytes message() const { return cut_->message.bytes(); }
  /// Returns how many entities have stepped from this zone into another one so far.
  std::uint64_t crossings() const { return cut_->crossings; }
  /// Returns the characters that came into the zone in the last tick, as newcomers or from another zone.
  std::span<const CharacterId> arrived() const { return cut_->arrived; }
  void receive(std::span<const Bytes> messages) {
    guard([&] { receive_all(messages); });
  }

  /// Returns whether nothing at all happens in a tick without inputs, so that it can be skipped. There may be
  /// thousands of worlds, and most of them are quiet most of the time.
  bool is_quiet(std::uint32_t length) const {
    return is_at_rest_ && requested_states_.empty() && requested_positions_.empty() &&
           (wakings_.empty() || wakings_.front().tick > core_.tick + length);
  }
  void skip(std::uint32_t length) {
    core_.tick += length;
    if (!std::exchange(is_output_clear_, true)) made_.output.clear();
    active_count_ = 0;
  }

  std::uint32_t number() const { return number_; }
  const Game& rules() const { return rules_; }
  const std::string& broken() const { return broken_; }
  WorldOutput& output() { return made_.output; }
  void swap_output(WorldOutput& other) {
    std::swap(made_.output, other);
    is_output_clear_ = false;
  }
  void request(std::span<const CellIndex> states, std::span<const CellIndex> positions) {
    const auto add_own = [&](std::vector<CellIndex>& to, std::span<const CellIndex> cells) {
      for (const CellIndex cell : cells)
        if (owns(cell)) to.push_back(cell);
    };
    add_own(requested_states_, states);
    add_own(requested_positions_, positions);
  }

  using Grounds = std::vector<std::pair<CellIndex, typename Parts::Ground>>;
  /// Takes its part of a snapshot of the whole world. Precondition: the zone has taken no tick.
  void restore(std::uint64_t tick, const typename Parts::WorldState& world, const std::vector<Row>& entities,
               const Columns<Kinds>& columns, const Grounds& grounds, const EffectQueues<All>& pending,
               const WatchChanges& watch_changes, const Leaves& leaves);

  /// Returns what is kept of an entity that stands at `position`; nothing if its kind is not kept.
  std::vector<std::byte> keep(const Row& row, Position position) const {
    std::vector<std::byte> image;
    core_.columns.with(row.kind, row.place, [&]<class E>(const E& attributes) {
      if constexpr (is_kept<E>) image = kept_image(position, attributes);
    });
    return image;
  }

  const Core<Parts>& core() const { return core_; }
  const EffectQueues<All>& pending() const { return made_.next; }
  /// What clients get in the next tick.
  const WatchChanges& watch_changes() const { return watch_changes_; }
  const Leaves& leaves() const { return news_.leaves; }
  std::size_t memory_bytes() const {
    const auto bytes_of = [](const Core<Parts>& core) {
      return core.registry.memory_bytes() + core.columns.memory_bytes();
    };
    const std::size_t own = bytes_of(core_) + wakings_.capacity() * sizeof(Waking);
    return is_cut() ? own + bytes_of(cut_->beyond) + cut_->directory.memory_bytes() : own;
  }
  std::size_t active_count() const { return active_count_; }
  std::uint64_t births_refused() const { return births_refused_; }

 private:
  using View = world::View<Parts>;

  /// An input of a character that is no newcomer.
  struct Command {
    CharacterId character;
    const Input* input;
    std::uint32_t slot;  ///< of the character's entity
  };
  /// The place of an effect in the order of its kind.
  struct Rank {
    std::uint64_t order;
    std::uint32_t index;  ///< in its queue
  };
  /// An entity that acts in this tick.
  struct Activity {
    std::uint32_t slot;
    Position position;  ///< at the end of the tick
    Maker maker;
    std::uint32_t before = unchanged;  ///< index of its attributes before this tick's effects
    bool is_leaving = false;
    CloseReason leave_reason = CloseReason::left_world;
    bool has_decided = false;

    static constexpr std::uint32_t unchanged = UINT32_MAX;
  };
  /// A cell whose ground applies effects in this tick.
  struct CellActivity {
    CellIndex cell;
    Maker maker;
  };
  struct Newcomer {
    std::uint64_t order;
    const Input* input;
  };
  /// An entity that comes into a cell in this tick.
  struct Arrival {
    CellIndex cell;
    std::uint32_t slot;
    EntityId id;
  };
  struct Waking {
    std::uint64_t tick;
    EntityId id;
    auto operator<=>(const Waking&) const = default;
  };
  /// A decision that is made a second time, to see whether the result is the same.
  struct Decision {
    std::uint32_t slot;
    const Input* command;  ///< null: the entity acts by itself
    Maker maker;           ///< as it was before
    std::uint64_t trace;
  };

  std::string told_by_referee(std::string_view what) const {
    try {
      referee_.broken(fmt::format("it throws: {}", what));
    } catch (const LawBroken& error) {
      return error.what();
    }
  }

  /// What a zone needs besides, if the world is cut. Most worlds are small rooms, which are not.
  struct CutParts {
    explicit CutParts(const Core<Parts>& core) : beyond(core.config, core.map) {}

    CellRect inner;           ///< the cells into which no other zone may look
    Core<Parts> beyond;       ///< copies of what the rules may see of other zones
    ZoneDirectory directory;  ///< what exists in other zones
    Buffer message;
    std::uint64_t crossings = 0;
    EffectQueues<All> received;
    std::vector<CharacterId> arrived;
    WatchChanges watch_changes;  ///< of characters of other zones, with cells of this zone
    WatchChanges next_watch_changes;
    std::uint64_t world_sent = 0;            ///< hash of the world's attributes that the others know
    std::vector<CellIndex> grounds_changed;  ///< of this tick, at the border
  };

  /// What a zone needs besides, if the law is checked. The rules are copies: a rule that keeps a state of its
  /// own does something else with them.
  struct LawChecks {
    explicit LawChecks(const Game& rules) : unused_rules(rules) {}

    const Game unused_rules;                 ///< as they were at first
    std::optional<const Game> trying_rules;  ///< of the applications that are tried in this tick
    Made<Parts> tried;                       ///< of deeds that are done twice
    std::vector<Decision> decisions;         ///< of this tick
  };

  template <class Deed>
  void guard(Deed deed) {
    try {
      deed();
    } catch (const LawBroken& error) {
      broken_ = error.what();
    } catch (const std::exception& error) {
      broken_ = told_by_referee(error.what());
    } catch (...) {
      broken_ = told_by_referee("something that is no std::exception");
    }
    if (!broken_.empty()) made_.output.clear();
  }

  bool is_cut() const { return cut_ != nullptr; }
  bool owns(CellIndex cell) const { return !is_cut() || core_.grid.contains(core_.owned, cell); }
  /// Returns the cells of this zone.
  CellRect own(const CellRect& cells) const { return is_cut() ? cells.shared_with(core_.owned) : cells; }
  /// Returns whether another zone may look into a cell of this one.
  bool is_border(CellIndex cell) const { return !core_.grid.contains(cut_->inner, cell); }
  /// The door, the world itself and the operator are in the first zone.
  bool has_world() const { return number_ == 0; }

  void take(std::span<const Input> inputs, std::uint32_t length);
  void begin_tick(std::span<const Input> inputs, std::uint32_t length);
  static void end_step([[maybe_unused]] Step step) {
    if constexpr (requires { Game::end_step(step); }) Game::end_step(step);
  }

  // 1. Decide (zone_decide.h)
  void sort(std::span<const Input> inputs);
  void decide_all(Clock clock);
  template <class Effect>
  void add_own_effect(std::uint32_t slot);
  void speak(std::uint32_t slot, const Input& input);
  void decide_awake(Clock clock);
  template <class Visit>
  void for_each_awake(Visit visit);
  void decide(std::uint32_t slot, const Input* command, Clock clock);
  template <class Deed>
  void decide_on(const Decision& decision, const Game& rules, Made<Parts>& made, Maker& maker,
                 const Deed& deed, std::string_view name);
  void run(const Decision& decision, const Game& rules, Made<Parts>& made, Maker& maker, Clock clock);
  void decide_again(Clock clock);

  // 2. Apply (zone_apply.h)
  void apply_all();
  void operate();
  void open_door();
  static bool read_entry(const Input& input, typename Parts::Entry& entry, ComeBack& kept);
  static void come_back(const Game& rules, WorldChange<Parts>& world, CharacterId character,
                        const typename Parts::Entry& entry, Bytes image);
  template <class Effect>
  void apply_kind();
  template <class Effect>
  Sent<Effect> sent_by_itself(const OwnEffect<Effect>& own) const;
  template <class Effect>
  void rank(std::vector<Sent<Effect>>& queue);
  template <class Effect>
  void apply_to(const Sent<Effect>& sent);
  template <class Effect>
  void apply_to_entity(const Sent<Effect>& sent);
  template <class Effect>
  void apply_to_entity(const Sent<Effect>& sent, std::uint32_t its_activity);
  template <class Effect>
  void apply_to_ground(const Sent<Effect>& sent);
  template <class Effect>
  void apply_to_world(const Sent<Effect>& sent);
  template <class Draft, class Apply>
  void try_twice(Draft& draft, Maker& maker, Apply apply);
  template <class Effect>
  void return_to_giver(const Sent<Effect>& sent);
  void wake_later(const Row& row);
  Activity& activity_of(std::uint32_t slot);
  Maker& maker_of(CellIndex cell);

  // 3. Exchange (zone_exchange.h)
  void exchange();
  void appear_all();
  void end_exchange();
  void begin_watches();
  void settle(const Activity& activity);
  void note_change(const Activity& activity, std::uint32_t slot, bool is_shown);
  void tell_attached();
  template <class E>
  void tell_owner(CharacterId character, const E& attributes,
                  typename AttributesFor<E, Audience::owner>::Mask mask);
  void remove(const Activity& activity);
  void come_into_cell(std::uint32_t slot);
  void come_into_zone(std::uint32_t slot);
  void give_aliases();
  void order_output();
  template <class E>
  void appear(const Birth<E>& birth);
  CellRect watch_at(Position position, const CellRect& before) const {
    return watch_from(core_.grid, {core_.config.view_radius, core_.config.leave_radius}, position, before);
  }
  void watch(std::uint32_t slot);
  void add_watch_change(const WorldOutput::WatchChange& change);
  void begin_to_watch(const WorldOutput::WatchChange& change);
  void count_watchers();
  void count_watchers(const WorldOutput::WatchChange& change);
  void end_activities();

  // 3b. The exchange with other zones (zone_message.h)
  void act_in_cut(std::span<const Input> inputs, std::uint32_t length);
  void receive_all(std::span<const Bytes> messages);
  void begin_message();
  void write_where(CellIndex before, std::uint32_t slot);
  void hand_over(std::uint32_t slot);
  void receive_one(std::uint32_t zone, Bytes message);
  bool is_here(EntityId addressee) const;
  bool is_elsewhere(EntityId addressee) const;
  template <class E>
  void cross(const Row& crossing, const E& attributes);
  template <class E>
  void see(EntityId id, CharacterId character, Position position, const E& attributes);
  void write_made();
  template <class E>
  void copy(EntityId id, CharacterId character, Position position, const E& attributes);
  void forget_copy(EntityId id);
  void note_elsewhere(EntityId id, CharacterId character);
  void note_gone(EntityId id, CharacterId character);
  void write_gone(const Row& row);
  template <class E>
  void appear_elsewhere(const Birth<E>& birth);
  void note_watch_change(const WorldOutput::WatchChange& change);

  template <class E, class Deed>
  static constexpr bool decides =
      requires(const Game& game, const View& view, const Self<E>& self, const Deed& deed,
               Proposals<Parts>& propose) { game.decide(view, self, deed, propose); };
  template <class E, class Effect>
  static constexpr bool takes = requires(const Game& game, EntityChange<Parts, E>& self,
                                         const Effect& effect) { game.apply(self, effect); };
  /// Whether the game lists it among its effects, too: see world/rules.h of commands.
  template <class Deed>
  static constexpr bool is_effect = []<class... Effect>(wire::Types<Effect...>) {
    return (std::same_as<Deed, Effect> || ...);
  }(typename Parts::Effects{});
  /// Whether the rules let a character come back as an entity of this kind.
  template <class E>
  static constexpr bool is_kept = requires(const Game& game, WorldChange<Parts>& world, CharacterId character,
                                           const typename Parts::Entry& entry, const Kept<E>& kept) {
    game.come_back(world, character, entry, kept);
  };
  static constexpr bool keeps_characters = []<class... E>(wire::Types<E...>) {
    return (is_kept<E> || ...);
  }(Kinds{});
  /// Whether a kind of entity acts by itself.
  static constexpr bool acts_by_clock = []<class... E>(wire::Types<E...>) {
    return (decides<E, Clock> || ...);
  }(Kinds{});
  template <class Effect>
  static constexpr bool ground_takes = requires(const Game& game, GroundChange<Parts>& ground,
                                                const Effect& effect) { game.apply(ground, effect); };
  template <class Effect>
  static constexpr bool world_takes = requires(const Game& game, WorldChange<Parts>& world,
                                               const Effect& effect) { game.apply(world, effect); };

  // What each tick uses comes first. A tick of many rooms takes as long as their memory needs to come.
  Core<Parts> core_;
  std::unique_ptr<CutParts> cut_;      // null: the zone is the whole world
  std::unique_ptr<LawChecks> checks_;  // null: the law is not checked
  const ZoneMap& zones_;
  const std::uint32_t number_;
  bool follows_ = false;          // whether any client of the world begins to watch other cells now
  bool follows_next_ = false;     // likewise in the next tick
  bool is_at_rest_ = false;       // nothing happens by itself in the next tick
  bool is_output_clear_ = false;  // no list of the output has an element
  std::size_t active_count_ = 0;
  std::string broken_;
  Referee referee_;
  const Game rules_;
  std::vector<Command> commands_;
  std::vector<Newcomer> newcomers_;
  std::vector<const Input*> operations_;
  Made<Parts> made_;
  EffectQueues<All> arriving_;  // made in the tick before
  Maker world_maker_;
  std::vector<Activity> activities_;
  Columns<Kinds> before_;  // the attributes before this tick's effects, of the entities that take effects
  std::vector<CellActivity> cell_activities_;
  CellMap<std::uint32_t> cell_activity_;  // index in cell_activities_
  std::vector<Waking> wakings_;           // a heap, the earliest first; some are out of date
  std::vector<CharacterId> attached_;     // whose players have come back in this tick
  std::vector<CellIndex> requested_states_;
  std::vector<CellIndex> requested_positions_;
  WatchChanges watch_changes_;  // of its characters in the tick before: their clients follow now
  WatchChanges next_watch_changes_;
  std::vector<Arrival> arrivals_;
  News<Parts> news_;

  CellAliases aliases_;
  std::vector<Rank> ranks_;  // of the effects of one kind
  std::vector<typename View::Seen> found_;
  std::vector<typename View::LookedAt> looked_at_;
  std::uint64_t births_refused_ = 0;
  // Spare memory of sort_by_key().
  Births<Kinds> spare_births_;
  std::vector<Command> spare_commands_;
  std::vector<Rank> spare_ranks_;
  std::vector<Arrival> spare_arrivals_;
  std::vector<WorldOutput::Answer> spare_answers_;
  std::vector<WorldOutput::Told> spare_told_;
  std::vector<WorldOutput::Crossing> spare_crossings_;
  std::vector<WorldOutput::WatchChange> spare_watch_changes_;
};

}  // namespace madang::world

#include "madang/world/zone_apply.h"
#include "madang/world/zone_decide.h"
#include "madang/world/zone_exchange.h"
#include "madang/world/zone_message.h"
#include "madang/world/zone_save.h"

// World: one world of a game. It gets inputs, and takes one tick after the other by the law (world/law.h).
//
// The result is the same on every platform, whatever the order of inputs of different characters, and
// whatever slots entities have. world/any_world.h says what its owner can do with it. One thread.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <exception>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/check.h"
#include "madang/world/any_world.h"
#include "madang/world/cell_aliases.h"
#include "madang/world/first_difference.h"
#include "madang/world/interest.h"
#include "madang/world/metrics.h"
#include "madang/world/news.h"
#include "madang/world/rules.h"
#include "madang/world/state.h"

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
class World final : public AnyWorld {
 public:
  using Parts = Game::Parts;
  using Kinds = Parts::Entities;

  /// Precondition: find_problem() finds nothing in the configuration (CHECK).
  World(const WorldConfig& config, Map map, const Game& rules = Game())
      : core_(checked(config, map), std::move(map)), rules_(rules), referee_(config.checks_law) {
    if (config.checks_law) unused_rules_.emplace(rules);
  }

  const WorldOutput& tick(std::span<const Input> inputs, std::uint32_t length = 1) override {
    MADANG_CHECK(broken_.empty(), "a tick of a broken world: {}", broken_);
    MADANG_CHECK(length > 0, "a tick without length: its ids would be those of the tick before");
    try {
      take(inputs, length);
    } catch (const LawBroken& error) {
      broken_ = error.what();
    } catch (const std::exception& error) {
      broken_ = told_by_referee(error.what());
    } catch (...) {
      broken_ = told_by_referee("something that is no std::exception");
    }
    if (!broken_.empty()) made_.output.clear();
    return made_.output;
  }

  void swap_output(WorldOutput& other) override {
    std::swap(made_.output, other);
    is_output_clear_ = false;
  }
  void request(std::span<const CellIndex> states, std::span<const CellIndex> positions) override {
    requested_states_.insert(requested_states_.end(), states.begin(), states.end());
    requested_positions_.insert(requested_positions_.end(), positions.begin(), positions.end());
  }

  const std::string& broken() const override { return broken_; }
  void save(Buffer& out) const override;
  std::optional<std::string> load(Bytes snapshot) override;
  std::uint64_t state_schema() const override { return schema_of_state<Parts>(); }
  std::optional<Difference> first_difference(const AnyWorld& other) const override;
  std::string describe(const Input& input) const override;
  std::vector<AttributeText> attributes(std::uint32_t slot) const override;
  std::vector<AttributeText> own_attributes() const override;
  void add_metrics(std::span<std::uint64_t> sums) const override { world::add_metrics(core_.world, sums); }

  const Core<Parts>& core() const { return core_; }
  const WorldConfig& config() const override { return core_.config; }
  const Map& map() const override { return core_.map; }
  const Grid& grid() const override { return core_.grid; }
  const Registry& registry() const override { return core_.registry; }
  std::uint64_t tick_number() const override { return core_.tick; }
  std::size_t memory_bytes() const override {
    return core_.registry.memory_bytes() + core_.columns.memory_bytes() +
           wakings_.capacity() * sizeof(Waking);
  }
  std::uint64_t hash() const override {
    std::uint64_t sum = hash_of(core_, made_.next);
    for (const WorldOutput::WatchChange& change : watch_changes_) {
      StateHash hash;
      hash.add(change.character.value);
      add_to(hash, change.before);
      sum += scatter(hash.value() + 2);
    }
    for (const auto& leave : news_.leaves) sum += scatter(scatter(leave.cell.value) + leave.alias + 3);
    return sum;
  }
  /// Returns how many entities acted, or took an effect, in the last tick.
  std::size_t active_count() const { return active_count_; }
  /// Returns how many entities did not appear, because the world was full.
  std::uint64_t births_refused() const { return births_refused_; }

  /// Returns the id of a character's entity; none if it is not in the world.
  EntityId entity_of(CharacterId character) const {
    const std::uint32_t slot = core_.registry.find(character);
    return slot == Registry::none ? EntityId{} : core_.registry.row(slot).id;
  }
  /// Returns the attributes of an entity, or null if it is gone or of another kind.
  template <class E>
  const E* find(EntityId id) const {
    const std::uint32_t slot = core_.registry.find(id);
    if (slot == Registry::none) return nullptr;
    const Row& row = core_.registry.row(slot);
    return row.kind == index_in<E, Kinds> ? &core_.columns.template at<E>(row.place) : nullptr;
  }
  /// Returns the position of an entity that is here.
  Position position_of(EntityId id) const { return core_.registry.row(core_.registry.find(id)).position; }

 private:
  using All = AllEffects<typename Parts::Effects>::Type;
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

  static const WorldConfig& checked(const WorldConfig& config, const Map& map) {
    const auto problem = find_problem(config, map);
    MADANG_CHECK(!problem, "{} is out of range ({})", problem->setting, problem->text);
    MADANG_CHECK(config.cell_size - 1 <= std::numeric_limits<typename Parts::Offset>::max(),
                 "cells of {} units a side need a wider Parts::Offset", config.cell_size);
    return config;
  }
  std::string told_by_referee(std::string_view what) const {
    try {
      referee_.broken(fmt::format("it throws: {}", what));
    } catch (const LawBroken& error) {
      return error.what();
    }
  }

  void take(std::span<const Input> inputs, std::uint32_t length);
  static void end_step([[maybe_unused]] Step step) {
    if constexpr (requires { Game::end_step(step); }) Game::end_step(step);
  }

  bool is_quiet(std::span<const Input> inputs) const;

  // 1. Decide (world_decide.h)
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

  // 2. Apply (world_apply.h)
  void apply_all();
  void operate();
  void open_door();
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

  // 3. Exchange (world_exchange.h)
  void exchange();
  void begin_watches();
  void settle(const Activity& activity);
  void note_change(const Activity& activity, std::uint32_t slot, bool is_shown);
  void tell_attached();
  template <class E>
  void tell_owner(CharacterId character, const E& attributes,
                  typename AttributesFor<E, Audience::owner>::Mask mask);
  void remove(std::uint32_t slot, CloseReason reason);
  void come_into_cell(std::uint32_t slot);
  void give_aliases();
  void order_output();
  template <class E>
  void appear(const Birth<E>& birth);
  void watch(std::uint32_t slot);
  void count_watchers();
  void end_activities();

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

  Core<Parts> core_;
  const Game rules_;
  // Copies for checks of the law. A rule that keeps a state of its own does something else with them.
  std::optional<const Game> unused_rules_;  // as they were at first
  std::optional<const Game> trying_rules_;  // of the applications that are tried in this tick
  Referee referee_;
  std::string broken_;

  Made<Parts> made_;
  Made<Parts> tried_;           // of deeds that are done twice
  EffectQueues<All> arriving_;  // made in the tick before
  std::vector<Command> commands_;
  std::vector<Newcomer> newcomers_;
  std::vector<const Input*> operations_;
  std::vector<Rank> ranks_;  // of the effects of one kind
  std::vector<Activity> activities_;
  Columns<Kinds> before_;  // the attributes before this tick's effects, of the entities that take effects
  News<Parts> news_;
  std::vector<Arrival> arrivals_;
  CellAliases aliases_;
  std::vector<WorldOutput::WatchChange> watch_changes_;  // of the tick before: the clients follow now
  std::vector<WorldOutput::WatchChange> next_watch_changes_;
  std::vector<CellActivity> cell_activities_;
  CellMap<std::uint32_t> cell_activity_;  // index in cell_activities_
  Maker world_maker_;
  std::vector<Waking> wakings_;  // a heap, the earliest first; some are out of date
  std::vector<typename View::Seen> found_;
  std::vector<typename View::LookedAt> looked_at_;
  std::vector<Decision> decisions_;    // of this tick, if they are made twice
  std::vector<CharacterId> attached_;  // whose players have come back in this tick
  std::vector<CellIndex> requested_states_;
  std::vector<CellIndex> requested_positions_;
  // Spare memory of sort_by_key().
  std::vector<Command> spare_commands_;
  std::vector<Rank> spare_ranks_;
  std::vector<Arrival> spare_arrivals_;
  std::vector<WorldOutput::Answer> spare_answers_;
  std::vector<WorldOutput::Told> spare_told_;
  std::vector<WorldOutput::Crossing> spare_crossings_;
  std::vector<WorldOutput::WatchChange> spare_watch_changes_;
  bool is_at_rest_ = false;       // nothing happens by itself in the next tick
  bool is_output_clear_ = false;  // no list of the output has an element
  std::size_t active_count_ = 0;
  std::uint64_t births_refused_ = 0;
};

}  // namespace madang::world

#include "madang/world/world_apply.h"
#include "madang/world/world_compare.h"
#include "madang/world/world_decide.h"
#include "madang/world/world_exchange.h"
#include "madang/world/world_save.h"

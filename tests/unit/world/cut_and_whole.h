// CutAndWhole: plays one game in a whole world and in one that is cut into zones. Both get the same inputs.
// After each tick, the states and the bytes of the clients must be equal. For tests of any game.
//
// A Played says which game it is:
//
//   using Game = ...;
//   static constexpr std::string_view test = ...;  // the name of the test that plays one plan
//   // Makes a world with a map that fits the cut of the plan.
//   static std::unique_ptr<World<Game>> make(const ZonePlan&, Cut);
//   static GameInputs inputs_of(const ZonePlan&, std::uint64_t tick, const World<Game>& whole);
//   static void count(ZoneEvents&, const World<Game>& whole, const ZoneMap&, const WorldOutput&);
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "madang/sim/zone_order.h"
#include "madang/world/world.h"
#include "unit/world/game_inputs.h"
#include "unit/world/output_hash.h"

namespace madang::world {

/// A game by chance in a cut world.
struct ZonePlan {
  std::uint64_t seed = 1;
  Cut cut;
  std::uint64_t ticks = 60;
  std::uint32_t characters = 30;
  bool checks_law = false;
  std::uint64_t saved_every = 0;  ///< in ticks: then another world with another cut goes on; 0: never
};

/// What has happened in some games. So a test can show that it has tested something.
struct ZoneEvents {
  std::uint64_t entered = 0, left = 0, refused = 0, births_refused = 0;
  std::uint64_t answers = 0, told = 0, told_to_all = 0, states = 0, positions = 0;
  std::uint64_t players_crossed = 0;    ///< from one zone to another one
  std::uint64_t others_crossed = 0;     ///< entities that are no player's
  std::uint64_t crossed_at_corner = 0;  ///< into a cell at a corner where four zones meet
  std::uint64_t deaths = 0;
  std::uint64_t deaths_over_border = 0;  ///< the killer stands in another zone
  std::uint64_t loads = 0;
};

/// Where a cut world differs from a whole one.
struct ZoneFault {
  std::uint64_t tick = 0;
  std::string text;
};

/// Returns whether a cell touches a corner where four zones meet.
inline bool is_at_corner(const ZoneMap& zones, CellIndex cell) {
  const Grid& grid = zones.grid();
  const CellRect own = zones.cells_of(zones.owner(cell));
  const std::uint32_t column = grid.column(cell);
  const std::uint32_t row = grid.row(cell);
  const bool is_beside =
      (column == own.x0 && column > 0) || (column == own.x1 && column + 1 < grid.columns());
  return is_beside && ((row == own.y0 && row > 0) || (row == own.y1 && row + 1 < grid.rows()));
}

/// Returns a place at which zones meet, one for each seed: a corner of four zones, if the cut has one.
inline Position meeting_place(const ZoneMap& zones, Cut cut, std::uint64_t seed) {
  Random random(seed + 2);
  const std::uint32_t column = cut.columns > 1 ? 1 + random.below(cut.columns - 1) : 0;
  const std::uint32_t row = cut.rows > 1 ? 1 + random.below(cut.rows - 1) : 0;
  const CellRect cells = zones.cells_of(row * cut.columns + column);
  return zones.grid().origin(zones.grid().at(cells.x0, cells.y0));
}

template <class Played>
class CutAndWhole {
 public:
  using GameWorld = World<typename Played::Game>;

  /// `crew` does the work of the zones, and must outlive this.
  CutAndWhole(const ZonePlan& plan, Crew& crew, ZoneEvents& events)
      : plan_(plan),
        crew_(crew),
        events_(events),
        random_(plan.seed + 3),
        whole_(Played::make(plan, {})),
        cut_(Played::make(plan, plan.cut)),
        zones_(whole_->grid(), plan.cut, whole_->config().sight) {
    cut_->set_crew(crew);
  }

  /// Plays the game. Returns how the worlds differ first, if they do.
  std::optional<ZoneFault> play() {
    for (std::uint64_t tick = 1; tick <= plan_.ticks; ++tick) {
      if (plan_.saved_every > 0 && tick % plan_.saved_every == 0)
        if (const std::string fault = go_on_in_another_cut(); !fault.empty()) return ZoneFault{tick, fault};
      if (const std::string fault = play_tick(tick); !fault.empty()) return ZoneFault{tick, fault};
    }
    return std::nullopt;
  }

 private:
  /// Returns how the worlds differ; empty: they do not.
  std::string play_tick(std::uint64_t tick) {
    // Now and then nothing comes: a quiet world skips such ticks.
    const bool is_pause = tick % 16 >= 10;
    const GameInputs inputs = is_pause ? GameInputs{} : Played::inputs_of(plan_, tick, *whole_);
    const std::uint32_t length = tick % 7 == 0 ? 3 : 1;
    const std::uint64_t refused_by_whole = whole_->births_refused();
    const std::uint64_t refused_by_cut = cut_->births_refused();
    // In each second pause, requests let only the whole world take its ticks. It must come to the same
    // states.
    const bool is_other_skipped = is_pause && tick % 32 >= 16;
    if (is_other_skipped) {
      const std::array<CellIndex, 1> any_cell{};
      whole_->request(any_cell, {});
    } else if (!is_pause) {
      request_cells();
    }
    const WorldOutput& output = whole_->tick(inputs.list(), length);
    const WorldOutput& output_of_cut = cut_->tick(inputs.list(), length);
    if (whole_->broken() != cut_->broken() || !whole_->broken().empty())
      return fmt::format("broken: \"{}\" and \"{}\"", whole_->broken(), cut_->broken());
    if (whole_->hash() != cut_->hash()) {
      const auto found = whole_->first_difference(*cut_);
      return fmt::format("{} of {}: {} and {}", found->column, text_of(found->entity), found->one,
                         found->other);
    }
    if (!is_other_skipped && hash_of_output(output) != hash_of_output(output_of_cut))
      return "the clients get other bytes";
    if (const std::string fault = fault_of_copies(); !fault.empty()) return fault;
    const std::uint64_t births_refused = whole_->births_refused() - refused_by_whole;
    if (births_refused != cut_->births_refused() - refused_by_cut) return "other births are refused";
    events_.births_refused += births_refused;
    count(output);
    return "";
  }

  /// Compares what each zone knows of the others with what is there.
  std::string fault_of_copies() const {
    const auto hash_of_attributes = [](const auto& core, const Row& row) {
      std::uint64_t hash = 0;
      core.columns.with(row.kind, row.place, [&](const auto& attributes) { hash = hash_of(attributes); });
      return hash;
    };
    const ZoneMap zones(cut_->grid(), cut_->config().cut, cut_->config().sight);
    for (const auto* zone : cut_->zones()) {
      const auto& core = zone->core();
      if (core.entity_count() != cut_->entity_count()) return "a zone counts other entities";
      if (!core.beyond) continue;
      std::size_t copies = 0;
      std::size_t wrong = 0;
      for (const auto* owner : cut_->zones()) {
        owner->core().registry.for_each([&](std::uint32_t slot) {
          const Row& row = owner->core().registry.row(slot);
          if (!zones.sees(zone->number(), zones.grid().cell_of(row.position))) return;
          ++copies;
          const std::uint32_t found = core.beyond->registry.find(row.id);
          const bool is_equal = found != Registry::none &&
                                core.beyond->registry.row(found).position == row.position &&
                                hash_of_attributes(*core.beyond, core.beyond->registry.row(found)) ==
                                    hash_of_attributes(owner->core(), row);
          if (!is_equal) ++wrong;
        });
      }
      if (wrong > 0) return fmt::format("zone {} has {} wrong copies", zone->number(), wrong);
      if (core.beyond->registry.size() != copies)
        return fmt::format("zone {} has copies of what is not there", zone->number());
    }
    return "";
  }

  /// Some clients are too slow for some cells, and need full states and positions.
  void request_cells() {
    const auto some_cells = [&] {
      std::vector<CellIndex> cells;
      for (std::uint32_t left = random_.below(4); left > 0; --left)
        cells.push_back({random_.below(whole_->grid().cell_count())});
      std::ranges::sort(cells);
      cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
      return cells;
    };
    const std::vector<CellIndex> states = some_cells();
    const std::vector<CellIndex> positions = some_cells();
    whole_->request(states, positions);
    cut_->request(states, positions);
  }

  std::string go_on_in_another_cut() {
    const std::array cuts = {plan_.cut, Cut{}, Cut{plan_.cut.columns, 1}, Cut{1, plan_.cut.rows}};
    const Cut next = cuts[random_.below(cuts.size())];
    Buffer saved;
    cut_->save(saved);
    Buffer saved_by_whole;
    whole_->save(saved_by_whole);
    if (!std::ranges::equal(saved.bytes(), saved_by_whole.bytes())) return "a cut world saves other bytes";
    cut_ = Played::make(plan_, next);
    cut_->set_crew(crew_);
    if (const auto problem = cut_->load(saved.bytes())) return *problem;
    Buffer again;
    cut_->save(again);
    if (!std::ranges::equal(saved.bytes(), again.bytes()))
      return "a world saves other bytes than it has loaded";
    if (whole_->hash() != cut_->hash()) return "a world has another state after it was loaded";
    ++events_.loads;
    return "";
  }

  void count(const WorldOutput& output) {
    events_.entered += output.entered.size();
    events_.left += output.left.size();
    events_.refused += output.refused.size();
    events_.answers += output.answers.size();
    events_.told += output.told.size();
    events_.told_to_all += output.told_to_all.size();
    events_.states += output.states.size();
    events_.positions += output.positions.size();
    std::map<EntityId, std::uint32_t> zone_of;
    whole_->for_each_row([&](const Row& row) {
      const CellIndex cell = zones_.grid().cell_of(row.position);
      const std::uint32_t zone = zones_.owner(cell);
      zone_of.emplace(row.id, zone);
      const auto before = zone_of_.find(row.id);
      if (before == zone_of_.end() || before->second == zone) return;
      ++(row.character ? events_.players_crossed : events_.others_crossed);
      if (is_at_corner(zones_, cell)) ++events_.crossed_at_corner;
    });
    zone_of_ = std::move(zone_of);
    Played::count(events_, *whole_, zones_, output);
  }

  const ZonePlan plan_;
  Crew& crew_;
  ZoneEvents& events_;
  Random random_;
  std::unique_ptr<GameWorld> whole_;
  std::unique_ptr<GameWorld> cut_;
  const ZoneMap zones_;
  std::map<EntityId, std::uint32_t> zone_of_;  // after the last tick
};

/// Plays a plan. The zones take their turns in an order that the seed draws.
template <class Played>
std::optional<ZoneFault> find_fault(const ZonePlan& plan, ZoneEvents& events) {
  sim::ZoneOrder order(plan.seed);
  return CutAndWhole<Played>(plan, order, events).play();
}

/// Plays a plan. Returns the first fault of the worlds, and a line that plays it again; empty: they are
/// equal. Makes the plan smaller, as long as it has a fault.
template <class Played>
std::string smallest_fault(ZonePlan plan, ZoneEvents& events) {
  std::optional<ZoneFault> fault = find_fault<Played>(plan, events);
  if (!fault) return "";
  const std::uint32_t characters_max = plan.characters;
  for (std::uint32_t characters = 1; characters < characters_max; characters *= 2) {
    ZonePlan smaller = plan;
    smaller.characters = characters;
    ZoneEvents unused;
    const std::optional<ZoneFault> found = find_fault<Played>(smaller, unused);
    if (!found) continue;
    plan = smaller;
    fault = found;
    break;
  }
  return fmt::format(
      "MADANG_ZONE_PLAN='{} {} {} {} {} {:d} {}' ./madang_unit_tests --gtest_filter=Zones.{}: tick {}: {}",
      plan.seed, plan.cut.columns, plan.cut.rows, fault->tick, plan.characters, plan.checks_law,
      plan.saved_every, Played::test, fault->tick, fault->text);
}

/// Plays the one plan that a failure has named.
template <class Played>
void play_named_plan() {
  const char* wanted = std::getenv("MADANG_ZONE_PLAN");
  if (!wanted) GTEST_SKIP() << "no plan is named";
  std::istringstream words(wanted);
  ZonePlan plan;
  ASSERT_TRUE(words >> plan.seed >> plan.cut.columns >> plan.cut.rows >> plan.ticks >> plan.characters >>
              plan.checks_law >> plan.saved_every);
  ZoneEvents events;
  const std::optional<ZoneFault> fault = find_fault<Played>(plan, events);
  EXPECT_FALSE(fault) << "tick " << fault->tick << ": " << fault->text;
}

inline constexpr Cut zone_cuts[] = {{2, 1}, {1, 2}, {2, 2}, {4, 4}, {1, 7}, {13, 1}, {3, 2}};

/// Returns how many games to play with each cut: MADANG_ZONE_GAMES, or a number for every day.
inline std::uint64_t zone_games(std::uint64_t every_day) {
  const char* wanted = std::getenv("MADANG_ZONE_GAMES");
  return wanted ? std::strtoull(wanted, nullptr, 10) : every_day;
}

/// Plays games with each cut.
template <class Played>
void play_with_each_cut(std::uint64_t games, std::uint64_t ticks, ZoneEvents& events) {
  for (std::uint64_t seed = 1; seed <= games; ++seed)
    for (const Cut cut : zone_cuts)
      ASSERT_EQ(smallest_fault<Played>({.seed = seed, .cut = cut, .ticks = ticks}, events), "");
}

/// Plays games whose worlds are saved now and then, and go on with another cut.
template <class Played>
void play_and_save(std::uint64_t games, std::uint64_t ticks, ZoneEvents& events) {
  for (std::uint64_t seed = 1; seed <= games; ++seed)
    for (const Cut cut : {Cut{3, 2}, Cut{4, 4}}) {
      const ZonePlan plan{.seed = seed, .cut = cut, .ticks = ticks, .saved_every = 2 + seed % 5};
      ASSERT_EQ(smallest_fault<Played>(plan, events), "");
    }
}

}  // namespace madang::world

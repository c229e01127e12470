// Stage: plays an example of examples/law for a test, with the law checked.
//
// A Stage notes all inputs and the hash after each tick. LawTest plays them again at the end of each test, in
// other orders, and compares the hashes.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "law/common.h"
#include "madang/wire/codec.h"

namespace law {

/// An input that owns its bytes.
struct StoredInput {
  world::Input::Kind kind;
  CharacterId character;
  std::uint16_t opcode;
  std::vector<std::byte> body;
};
using StoredTick = std::vector<StoredInput>;

/// What a stage is made from.
struct StageSettings {
  std::uint64_t seed = 1;
  std::uint32_t entities_max = 1000;
  std::uint32_t size = 64;
  std::uint32_t view_radius = 10;
};

template <class Game>
class Stage {
 public:
  using Settings = StageSettings;

  explicit Stage(const Settings& settings = {})
      : settings_(settings), world_(config_of(settings), world::Map(settings.size, settings.size, 1, 0)) {}

  // ---- Inputs of the next tick
  void enter(std::uint64_t character, Position position, std::uint32_t supply = 0) {
    add(world::Input::Kind::enter, character, 0, Start{position, supply});
  }
  void leave(std::uint64_t character) {
    next_.push_back({world::Input::Kind::leave, CharacterId{character}, 0, {}});
  }
  template <wire::Packet P>
  void send(std::uint64_t character, const P& packet) {
    add(world::Input::Kind::command, character, wire::opcode_of<P>, packet);
  }

  const world::WorldOutput& tick() {
    const world::WorldOutput& output = play(world_, next_);
    EXPECT_EQ(world_.broken(), "");
    script_.push_back(std::move(next_));
    hashes_.push_back(world_.hash());
    next_.clear();
    return output;
  }
  void ticks(int count) {
    for (int i = 0; i < count; ++i) tick();
  }

  // ---- What there is
  EntityId id(std::uint64_t character) const { return world_.entity_of(CharacterId{character}); }
  bool is_here(std::uint64_t character) const { return bool{id(character)}; }
  template <class E>
  const E& of(std::uint64_t character) const {
    const E* found = world_.template find<E>(id(character));
    if (found) return *found;
    ADD_FAILURE() << "no entity of the character " << character;
    static constexpr E nothing{};
    return nothing;
  }
  Position where(std::uint64_t character) const { return world_.position_of(id(character)); }
  template <class E>
  std::vector<EntityId> all() const {
    std::vector<EntityId> found;
    world_.core().registry.for_each([&](std::uint32_t slot) {
      const EntityId id = world_.core().registry.row(slot).id;
      if (world_.template find<E>(id)) found.push_back(id);
    });
    return found;
  }
  /// Returns the only entity of its kind.
  template <class E>
  EntityId only() const {
    const auto found = all<E>();
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? EntityId{} : found[0];
  }
  const world::World<Game>& world() const { return world_; }

  /// Plays all ticks again, the inputs of each in other orders. Inputs of one character keep their order.
  void expect_same_in_every_order() const {
    for (std::size_t order = 1; order < orders(); ++order) {
      world::World<Game> world(config_of(settings_), world::Map(settings_.size, settings_.size, 1, 0));
      for (std::size_t i = 0; i < script_.size(); ++i) {
        play(world, reordered(script_[i], order));
        ASSERT_EQ(world.hash(), hashes_[i]) << "order " << order << ", tick " << i + 1;
      }
    }
  }

 private:
  static constexpr std::size_t orders_max = 24;

  static world::WorldConfig config_of(const Settings& settings) {
    world::WorldConfig config;
    config.key.seed = settings.seed;
    config.entities_max = settings.entities_max;
    config.view_radius = settings.view_radius;
    config.leave_radius = settings.view_radius + 4;
    config.checks_law = true;
    return config;
  }
  template <class T>
  void add(world::Input::Kind kind, std::uint64_t character, std::uint16_t opcode, const T& value) {
    std::vector<std::byte> body(wire::size_of(value));
    wire::put(body.data(), value);
    next_.push_back({kind, CharacterId{character}, opcode, std::move(body)});
  }
  static const world::WorldOutput& play(world::World<Game>& world, const StoredTick& inputs) {
    std::vector<world::Input> list;
    for (const StoredInput& input : inputs)
      list.push_back({input.kind, input.character, input.opcode, input.body});
    return world.tick(list);
  }
  /// Returns how many orders are worth playing.
  std::size_t orders() const {
    std::size_t count = 1;
    for (const StoredTick& inputs : script_) {
      std::size_t of_this = 1;
      for (std::size_t i = 2; i <= inputs.size() && of_this < orders_max; ++i) of_this *= i;
      count = std::max(count, std::min(of_this, orders_max));
    }
    return count;
  }
  /// Returns the inputs in another order: small ticks in each of their orders, large ones shuffled.
  static StoredTick reordered(const StoredTick& inputs, std::size_t order) {
    std::vector<std::size_t> places(inputs.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    if (places.size() <= 4) {
      for (std::size_t i = 0; i < order; ++i) std::ranges::next_permutation(places);
    } else if (order == 1) {
      std::ranges::reverse(places);
    } else {
      madang::Random random(order);
      for (std::size_t i = places.size(); i > 1; --i)
        std::swap(places[i - 1], places[random.below(static_cast<std::uint32_t>(i))]);
    }
    std::map<CharacterId, std::size_t> next;  // the index from which on the character's next input stands
    StoredTick result;
    for (const std::size_t place : places) {
      std::size_t& at = next[inputs[place].character];
      while (inputs[at].character != inputs[place].character) ++at;
      result.push_back(inputs[at++]);
    }
    return result;
  }

  Settings settings_;
  world::World<Game> world_;
  StoredTick next_;
  std::vector<StoredTick> script_;
  std::vector<std::uint64_t> hashes_;
};

/// A test that plays one example. At its end it plays the same inputs in other orders.
template <class Game>
class LawTest : public testing::Test {
 protected:
  void TearDown() override { stage_.expect_same_in_every_order(); }

  Stage<Game> stage_;
};

/// Plays a race of the characters 1 and 2 in many worlds. `race(stage)` returns the character that has won.
/// Expects that each wins sometimes, and that the lower id wins sometimes and loses sometimes.
template <class Game, class Race>
void expect_fair(Race race, StageSettings settings = {}) {
  std::set<std::uint64_t> winners;
  std::set<bool> lower_id_wins;
  for (settings.seed = 1; settings.seed <= 16; ++settings.seed) {
    Stage<Game> stage(settings);
    EntityId first;
    EntityId second;
    const std::uint64_t winner = race(stage, first, second);
    ASSERT_TRUE(winner == 1 || winner == 2);
    winners.insert(winner);
    lower_id_wins.insert((winner == 1) == (first < second));
    stage.expect_same_in_every_order();
  }
  EXPECT_EQ(winners.size(), 2u);
  EXPECT_EQ(lower_id_wins.size(), 2u);
}

}  // namespace law

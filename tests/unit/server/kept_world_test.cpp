// What is kept of a world: with a real store, on a disk that loses power.
#include "madang/server/kept_world.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "madang/keeper/sim_disk.h"
#include "madang/keeper/sqlite_tables.h"
#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::server::keeping {
namespace {

struct Hiker {
  std::uint32_t steps = 0;
  static constexpr auto table =
      world::attributes("Hiker", "", world::kept(world::hidden("steps", &Hiker::steps, "")));
};
struct Tourist {
  std::uint8_t photos = 0;
  static constexpr auto table =
      world::attributes("Tourist", "", world::hidden("photos", &Tourist::photos, "not kept"));
};
struct Start {
  bool is_tourist = false;
  static constexpr auto table = wire::record("Start", "", wire::field("is_tourist", &Start::is_tourist, ""));
};
struct Go {
  static constexpr auto table = wire::packet(40, "Go", "");
};
struct HillParts : world::Parts {
  using Entities = wire::Types<Hiker, Tourist>;
  using Commands = wire::Types<Go>;
  using Effects = wire::Types<Go>;
  using Entry = Start;
};
class Hill : public world::Rules<HillParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const Start& start) const {
    if (start.is_tourist) {
      world.place(character, Tourist{}, {1, 1});
    } else {
      world.place(character, Hiker{}, {1, 1});
    }
  }
  void come_back(WorldChange& world, CharacterId character, const Start&, const Kept<Hiker>& kept) const {
    world.place(character, kept.attributes, kept.position);
  }
  void apply(Change<Hiker>& self, const Go&) const {
    ++self->steps;
    self.move_to({static_cast<std::int32_t>(self->steps % 60), self.position().y});
  }
};

using Image = std::vector<std::byte>;
constexpr std::uint64_t save_interval = 10;
constexpr CharacterId ada{1}, ben{2};

class KeptWorldTest : public testing::Test {
 protected:
  /// A process: it has the store open, and ticks the world.
  struct Process {
    explicit Process(keeper::SimDisk& disk, const keeper::WriterLimits& limits = {},
                     std::size_t batch_bytes_max = keeper::Batch::bytes_max)
        : store(keeper::Store::open(
                    keeper::open_sqlite("store", {.wait_for_lock_ms = 0, .vfs = disk.vfs()}).value(), {})
                    .value()),
          writer(store, limits, [] { return Time(100s); }),
          taken(store.lease("hill").value()),
          kept(writer, taken, {save_interval, batch_bytes_max}),
          left_behind(store.characters_in(taken.id).value()),
          world(world::WorldConfig{.checks_law = true}, world::Map(64, 8, 1, 0)) {
      kept.release(left_behind);
    }
    void tick() {
      output = &world.tick(inputs.list());
      inputs.clear();
      ASSERT_EQ(world.broken(), "");
      kept.on_tick(world, *output);
    }
    void enter(CharacterId character) {
      const auto row = store.character(character);
      if (row && *row) {
        inputs.come_back(character.value, Start{}, (*row)->image);
      } else {
        inputs.enter(character.value, Start{});
      }
    }

    keeper::Store store;
    keeper::Writer writer;
    const keeper::WorldRow taken;
    KeptWorld kept;
    const std::vector<keeper::CharacterRow> left_behind;
    world::World<Hill> world;
    world::GameInputs inputs;
    const world::WorldOutput* output = nullptr;
  };
  static Image image_of(std::uint32_t steps) {
    return world::kept_image({static_cast<std::int32_t>(steps ? steps % 60 : 1), 1}, Hiker{steps});
  }
  static keeper::CharacterRow row_of(Process& process, CharacterId character) {
    return process.store.character(character).value().value_or(keeper::CharacterRow{});
  }

  keeper::SimDisk disk_{1};
};

TEST_F(KeptWorldTest, ACharacterIsSavedWhenItEntersAndWhenItLeaves) {
  Process process(disk_);
  process.enter(ada);
  process.tick();
  process.writer.turn();
  EXPECT_EQ(row_of(process, ada).world, process.taken.id);
  EXPECT_EQ(row_of(process, ada).image, image_of(0));
  process.inputs.send(ada.value, Go{});
  process.inputs.leave(ada.value);
  process.tick();
  process.writer.turn();
  EXPECT_EQ(row_of(process, ada).world, keeper::WorldId{});
  EXPECT_EQ(row_of(process, ada).image, image_of(1));
  for (std::uint64_t i = 0; i < 2 * save_interval; ++i) process.tick();
  process.writer.turn();
  EXPECT_FALSE(process.kept.fault());
  EXPECT_EQ(row_of(process, ada).image, image_of(1));
}

TEST_F(KeptWorldTest, WhatHasChangedIsSavedOnceInEachInterval) {
  Process process(disk_);
  process.enter(ada);
  process.enter(ben);
  process.tick();
  process.writer.turn();
  std::vector<std::uint64_t> saves;
  for (int i = 0; i < 40; ++i) {
    process.inputs.send(ada.value, Go{});
    process.tick();
    process.writer.turn();
    saves.push_back(process.writer.stats().saves);
  }
  EXPECT_EQ(saves.back(), 2u + 4u) << "ben has not changed";
  EXPECT_EQ(saves[8], 2u);
  EXPECT_EQ(saves[9], 3u);
  for (std::uint64_t i = 0; i < 3 * save_interval; ++i) process.tick();
  process.writer.turn();
  EXPECT_LE(process.writer.stats().saves, saves.back() + 1) << "it stands still now";
}

TEST_F(KeptWorldTest, WhatIsTooLargeForOneBatchComesInSeveral) {
  const std::size_t image_bytes = image_of(0).size();
  {
    Process process(disk_, {}, 2 * image_bytes);
    for (std::uint64_t one = 1; one <= 5; ++one) process.enter(CharacterId{one});
    process.tick();
    process.tick();
    process.writer.turn();
    EXPECT_EQ(process.writer.stats().saves, 5u);
    EXPECT_FALSE(process.kept.fault());
  }  // without an end
  Process process(disk_, {}, 2 * image_bytes);
  EXPECT_EQ(process.left_behind.size(), 5u);
  process.enter(ada);
  process.tick();
  process.writer.turn();
  EXPECT_EQ(row_of(process, ada).world, process.taken.id);
  for (std::uint64_t one = 2; one <= 5; ++one)
    EXPECT_EQ(row_of(process, CharacterId{one}).world, keeper::WorldId{});
  process.kept.end(process.world);
  process.writer.turn();
  EXPECT_FALSE(process.kept.fault());
  EXPECT_EQ(row_of(process, ada).world, keeper::WorldId{});
}

TEST_F(KeptWorldTest, ACharacterThatLeavesAndComesBackInOneTickIsHere) {
  Process process(disk_);
  process.enter(ada);
  process.tick();
  process.inputs.send(ada.value, Go{});
  process.tick();
  process.inputs.leave(ada.value);
  process.inputs.come_back(ada.value, Start{}, image_of(7));
  process.tick();
  process.writer.turn();
  EXPECT_EQ(row_of(process, ada).world, process.taken.id);
  EXPECT_EQ(row_of(process, ada).image, image_of(7));
  process.kept.end(process.world);
  process.writer.turn();
  EXPECT_EQ(row_of(process, ada).world, keeper::WorldId{});
}

TEST_F(KeptWorldTest, GuestsAndKindsThatCannotComeBackAreNotKept) {
  Process process(disk_);
  const CharacterId guest = guest_of(SessionId::from(63, 5, 77));
  EXPECT_TRUE(is_guest(guest));
  EXPECT_FALSE(is_guest(CharacterId{std::uint64_t{1} << 62}));
  process.inputs.enter(guest.value, Start{});
  process.inputs.enter(ben.value, Start{.is_tourist = true});
  process.tick();
  process.inputs.leave(guest.value);
  process.tick();
  process.kept.end(process.world);
  process.writer.turn();
  EXPECT_EQ(process.writer.stats().saves, 0u);
  EXPECT_FALSE(process.store.character(guest).value());
  EXPECT_FALSE(process.store.character(ben).value());
}

TEST_F(KeptWorldTest, ABusyWriterGetsNoSavesOfTheInterval) {
  Process process(disk_, {.waiting_max = 3});
  process.enter(ada);
  process.tick();
  process.enter(ben);
  process.tick();  // now the writer is busy, because it takes no turn
  for (std::uint64_t i = 0; i < 2 * save_interval; ++i) {
    process.inputs.send(ada.value, Go{});
    process.tick();
  }
  process.writer.turn();
  EXPECT_EQ(row_of(process, ada).image, image_of(0));
  process.tick();
  process.writer.turn();
  EXPECT_EQ(row_of(process, ada).image, image_of(2 * save_interval)) << "they come as soon as it is free";
}

TEST_F(KeptWorldTest, TheTicksOfTheStoreGoOnInAnotherProcess) {
  std::uint64_t before = 0;
  for (int life = 0; life < 3; ++life) {
    Process process(disk_);
    EXPECT_GE(process.taken.tick, before);
    process.enter(ada);
    process.tick();
    EXPECT_EQ(process.kept.durable_tick(), 0u);
    process.writer.turn();
    EXPECT_GE(process.kept.durable_tick(), life == 0 ? 1u : 0u);
    before = process.taken.tick + 1;
    EXPECT_FALSE(process.kept.fault());
  }
}

TEST_F(KeptWorldTest, AWorldThatAnotherProcessHasTakenKeepsNothingMore) {
  Process process(disk_);
  process.enter(ada);
  process.tick();
  process.writer.turn();
  ASSERT_TRUE(process.store.lease("hill"));
  process.inputs.leave(ada.value);
  process.tick();
  process.writer.turn();
  ASSERT_TRUE(process.kept.fault());
  EXPECT_EQ(process.kept.fault()->fault, keeper::StoreFault::lost_lease);
  EXPECT_EQ(row_of(process, ada).world, process.taken.id);
}

/// What a character had at the end of each tick; no image: it was not in the world.
using Life = std::map<std::uint64_t, std::map<CharacterId, Image>>;

/// Power is lost at any operation. What was durable is there; what was not is as it was at the end of a tick.
TEST_F(KeptWorldTest, ACrashCostsACharacterAtMostAnInterval) {
  constexpr std::uint64_t characters = 4;
  std::uint64_t crashes = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    keeper::SimDisk disk(seed);
    Random random(seed);
    std::map<CharacterId, Image> stored;
    for (int life = 0; life < 3; ++life) {
      Life history;
      std::map<CharacterId, std::uint64_t> left_at;  // the ticks at which those left that are away
      std::uint64_t durable = 0;
      std::uint64_t ticks = 0;
      {
        Process process(disk);
        for (const auto& row : process.left_behind) EXPECT_EQ(row.world, process.taken.id);
        disk.lose_power_at(1 + random.below(250));
        for (ticks = 1; ticks <= 80 && !process.kept.fault(); ++ticks) {
          for (std::uint64_t one = 1; one <= characters; ++one) {
            const CharacterId character{one};
            const bool is_here = process.world.find_row(character) != nullptr;
            const std::uint32_t what = random.below(12);
            if (!is_here && what == 0) {
              if (const auto found = stored.find(character); found != stored.end()) {
                process.inputs.come_back(one, Start{}, found->second);
              } else {
                process.inputs.enter(one, Start{});
              }
            } else if (is_here && what == 1) {
              process.inputs.leave(one);
            } else if (is_here && what < 8) {
              process.inputs.send(one, Go{});
            }
          }
          process.tick();
          for (std::uint64_t one = 1; one <= characters; ++one)
            if (Image image = process.world.keep(CharacterId{one}); !image.empty())
              stored[CharacterId{one}] = history[ticks][CharacterId{one}] = image;
          for (const auto& left : process.output->left) {
            const Bytes image = process.output->bytes_of(left.part);
            stored[left.character].assign(image.begin(), image.end());
            left_at[left.character] = ticks;
          }
          for (const auto& entered : process.output->entered) left_at.erase(entered.character);
          if (random.chance(1, 2)) process.writer.turn();
          durable = process.kept.durable_tick();
        }
        if (const auto fault = process.kept.fault()) {
          ++crashes;
          EXPECT_EQ(fault->fault, keeper::StoreFault::io_failed) << "seed " << seed << ": " << fault->text;
        }
      }
      disk.restart();
      Process next(disk);
      for (std::uint64_t one = 1; one <= characters; ++one) {
        const CharacterId character{one};
        const keeper::CharacterRow row = row_of(next, character);
        if (const auto at = history.find(durable); at != history.end()) {
          const auto was = at->second.find(character);
          if (was != at->second.end()) {
            // It was here at a tick that is durable: what is stored is at most an interval older.
            bool is_found = false;
            for (std::uint64_t t = durable > save_interval ? durable - save_interval : 1; t <= ticks; ++t)
              if (const auto then = history.find(t); then != history.end())
                if (const auto its = then->second.find(character); its != then->second.end())
                  is_found |= its->second == row.image;
            is_found |= stored[character] == row.image;
            EXPECT_TRUE(is_found) << "seed " << seed << ", character " << one;
          }
        }
        const auto left = left_at.find(character);
        if (left != left_at.end() && left->second <= durable) {
          EXPECT_EQ(row.image, stored[character]) << "seed " << seed << ": it left, and that is durable";
        }
        if (!row.image.empty()) {
          EXPECT_TRUE(world::read_kept<Hiker>(row.image)) << "whole or not at all";
          stored[character] = row.image;
        } else {
          stored.erase(character);
        }
      }
      next.writer.turn();
      for (std::uint64_t one = 1; one <= characters; ++one)
        EXPECT_EQ(row_of(next, CharacterId{one}).world, keeper::WorldId{}) << "it was released";
    }
  }
  EXPECT_GT(crashes, 150u);
}

}  // namespace
}  // namespace madang::server::keeping

// Several threads tick the zones of one world. The thread sanitizer runs these tests, too.
#include "madang/server/thread_crew.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "board/board_config.h"
#include "board/packets.h"
#include "madang/base/random.h"
#include "madang/wire/codec.h"
#include "unit/world/random_cut.h"

namespace madang::server {
namespace {

TEST(ThreadCrew, DoesEachPieceOnceAndReturnsWhenAllAreDone) {
  for (const std::size_t helpers : {0u, 1u, 3u}) {
    auto crew = ThreadCrew::make(200, helpers);
    ASSERT_TRUE(crew);
    EXPECT_EQ((*crew)->clocks().size(), helpers);
    for (std::size_t count = 0; count <= 200; ++count) {
      std::vector<int> done(count);  // not atomic: run() must make it visible
      (*crew)->run(count, [&](std::size_t number) { ++done[number]; });
      for (const int times : done) ASSERT_EQ(times, 1);
    }
  }
}

TEST(ThreadCrew, IsSeveralThreads) {
  auto crew = ThreadCrew::make(2, 1);
  ASSERT_TRUE(crew);
  // The first piece waits until the second one has begun on the other thread.
  std::atomic<int> begun = 0;
  (*crew)->run(2, [&](std::size_t) {
    ++begun;
    while (begun < 2) std::this_thread::yield();
  });
  EXPECT_EQ(begun, 2);
}

TEST(ThreadCrew, MeasuresHowLongItWorksForEachZone) {
  for (const std::size_t helpers : {0u, 1u}) {
    auto crew = ThreadCrew::make(3, helpers);
    ASSERT_TRUE(crew);
    for (int times = 1; times <= 2; ++times) {
      (*crew)->run(2, [](std::size_t zone) {
        const Time end = steady_now() + (zone + 1) * 1ms;
        while (steady_now() < end) {
        }
      });
      EXPECT_GE((*crew)->busy(0), times * 1ms);
      EXPECT_GE((*crew)->busy(1), times * 2ms);
      EXPECT_EQ((*crew)->busy(2), Duration::zero()) << "no thread has worked for this zone";
    }
  }
}

/// Lets 60 pieces walk. Returns the hashes of the states.
std::vector<std::uint64_t> walk(world::Cut cut, world::Crew& crew) {
  const auto world = board::make_world({.width = 64,
                                        .height = 64,
                                        .cell_size = 8,
                                        .move_interval_ticks = 1,
                                        .move_slack_ticks = 0,
                                        .players_max = 100});
  EXPECT_FALSE(world->cut(cut));
  world->set_crew(crew);
  std::vector<std::uint64_t> hashes;
  Random random(1);
  for (int tick = 0; tick < 60; ++tick) {
    std::vector<std::string> bodies(60);
    std::vector<world::Input> inputs;
    for (std::uint64_t one = 0; one < bodies.size(); ++one) {
      std::string& body = bodies[one];
      const auto put = [&](const auto& value) {
        body.resize(wire::size_of(value));
        wire::put(reinterpret_cast<std::byte*>(body.data()), value);
      };
      if (tick == 0) {
        put(board::Entry{.name = "walker"});
        inputs.push_back({world::Input::Kind::enter, CharacterId{one + 1}, 0, as_bytes(body)});
      } else {
        put(board::Move{.direction = board::directions[random.below(board::directions.size())]});
        inputs.push_back({world::Input::Kind::command, CharacterId{one + 1}, wire::opcode_of<board::Move>,
                          as_bytes(body)});
      }
    }
    world->tick(inputs);
    EXPECT_EQ(world->broken(), "");
    hashes.push_back(world->hash());
  }
  EXPECT_EQ(world->entity_count(), 60u);
  return hashes;
}

TEST(ThreadCrew, TicksTheZonesOfAWorldToTheSameStatesOnAnyNumberOfThreads) {
  const std::vector<std::uint64_t> whole = walk({1, 1}, world::Crew::alone());
  for (const std::size_t helpers : {0u, 1u, 2u, 3u}) {
    auto crew = ThreadCrew::make(12, helpers);
    ASSERT_TRUE(crew);
    EXPECT_EQ(walk({2, 2}, **crew), whole);
    EXPECT_EQ(walk({4, 3}, **crew), whole);
  }
}

/// A game that uses everything: so the threads share all that zones can share.
TEST(ThreadCrew, GivesTheSameStatesAndBytesInARandomGameWithOneToFourThreads) {
  world::ZoneEvents events;
  for (const std::size_t helpers : {0u, 1u, 2u, 3u}) {
    auto crew = ThreadCrew::make(7, helpers);
    ASSERT_TRUE(crew);
    for (const world::Cut cut : {world::Cut{2, 2}, world::Cut{1, 7}}) {
      const world::ZonePlan plan{.seed = 1 + helpers, .cut = cut, .ticks = 40, .saved_every = 15};
      const auto fault = world::CutAndWhole<world::random_game::RandomCut>(plan, **crew, events).play();
      ASSERT_FALSE(fault) << helpers + 1 << " threads, tick " << fault->tick << ": " << fault->text;
    }
  }
  EXPECT_GT(events.players_crossed, 100u);
  EXPECT_GT(events.others_crossed, 100u);
}

}  // namespace
}  // namespace madang::server

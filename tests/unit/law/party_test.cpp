#include "law/party.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::party {
namespace {

class PartyTest : public LawTest<Game> {
 protected:
  static EntityId found(Stage<Game>& stage) {
    for (const std::uint64_t digger : {1, 2, 3, 4}) stage.enter(digger, {5, 5});
    stage.tick();
    stage.send(1, Found{});
    stage.tick();
    return stage.only<Party>();
  }
  EntityId found_with_all() {
    const EntityId party = found(stage_);
    for (const std::uint64_t digger : {2, 3}) stage_.send(digger, Enlist{party});
    stage_.ticks(3);
    return party;
  }
  std::uint32_t gold(std::uint64_t digger) const { return stage_.of<Digger>(digger).gold; }
  std::uint32_t unclaimed() const { return stage_.world().core().world.gold; }
};

TEST_F(PartyTest, WhatOneDigsUpAllShareAndTheRestIsKept) {
  const EntityId party = found_with_all();
  stage_.send(2, Dig{});
  stage_.send(2, Dig{});  // too soon
  stage_.ticks(2);
  EXPECT_EQ(gold(1), 0u);
  stage_.tick();
  for (const std::uint64_t digger : {1, 2, 3}) EXPECT_EQ(gold(digger), 33u);
  EXPECT_EQ(stage_.world().find<Party>(party)->rest, 1u);
  for (const std::uint64_t digger : {1, 3}) stage_.send(digger, Dig{});
  stage_.ticks(3);
  for (const std::uint64_t digger : {1, 2, 3}) EXPECT_EQ(gold(digger), 100u);
}

TEST_F(PartyTest, ADiggerWithoutAPartyKeepsAll) {
  found_with_all();
  stage_.send(4, Dig{});
  stage_.tick();
  EXPECT_EQ(gold(4), 100u);
}

TEST_F(PartyTest, TheLastPlaceGoesToExactlyOneAndByChance) {
  expect_fair<Game>([](Stage<Game>& stage, EntityId& first, EntityId& second) {
    for (const std::uint64_t digger : {1, 2, 3, 4}) stage.enter(digger, {5, 5});
    stage.tick();
    stage.send(4, Found{});
    stage.tick();
    const EntityId party = stage.only<Party>();
    stage.send(3, Enlist{party});
    stage.tick();
    first = stage.id(1);
    second = stage.id(2);
    for (const std::uint64_t digger : {1, 2, 1}) stage.send(digger, Enlist{party});
    stage.ticks(3);
    EXPECT_EQ(stage.world().find<Party>(party)->size(), 3u);
    EXPECT_NE(bool{stage.of<Digger>(1).party}, bool{stage.of<Digger>(2).party});
    return stage.of<Digger>(1).party ? 1 : 2;
  });
}

TEST_F(PartyTest, TheShareOfAMemberThatIsGoneGoesToTheOthers) {
  found_with_all();
  stage_.send(1, Dig{});
  stage_.ticks(2);
  stage_.leave(3);  // its share arrives before it leaves
  stage_.ticks(4);
  EXPECT_EQ(gold(1), 33u);
  stage_.send(1, Dig{});
  stage_.tick();
  stage_.leave(2);
  stage_.tick();  // the party has sent a share to a member that has left now
  stage_.ticks(4);
  EXPECT_EQ(gold(1), 33u + 101u);
}

TEST_F(PartyTest, NothingIsLostWheneverAllLeave) {
  for (int leaves_at = 0; leaves_at < 6; ++leaves_at) {
    Stage<Game> stage;
    const EntityId party = found(stage);
    stage.send(2, Enlist{party});
    stage.ticks(3);
    std::uint32_t carried = 0;
    for (int tick = 0; tick < 6; ++tick) {
      if (tick == 0) stage.send(1, Dig{});
      if (tick == leaves_at) {
        for (const std::uint64_t digger : {1, 2}) stage.leave(digger);
        carried = tick >= 2 ? 100 : 0;  // the shares arrive at tick 2, before the diggers leave
      }
      stage.tick();
    }
    stage.ticks(5);
    EXPECT_TRUE(stage.all<Party>().empty());
    EXPECT_EQ(carried + stage.world().core().world.gold, 100u) << leaves_at;
    stage.expect_same_in_every_order();
  }
}

TEST_F(PartyTest, ADiggerThatLeavesBeforeItsWelcomeKeepsNoPlace) {
  const EntityId party = found(stage_);
  stage_.send(2, Enlist{party});
  stage_.tick();
  stage_.leave(2);
  stage_.ticks(4);
  EXPECT_EQ(stage_.world().find<Party>(party)->size(), 1u);
}

TEST_F(PartyTest, ADiggerThatAsksTwoPartiesIsInOneOfThem) {
  const EntityId party = found(stage_);
  stage_.send(4, Found{});
  stage_.tick();
  stage_.send(2, Enlist{party});
  stage_.send(2, Enlist{stage_.of<Digger>(4).party});
  stage_.ticks(5);
  std::uint32_t places = 0;
  for (const EntityId one : stage_.all<Party>()) places += stage_.world().find<Party>(one)->size();
  EXPECT_EQ(places, 3u);
}

TEST_F(PartyTest, InAFullWorldADiggerHasNoPartyAndKeepsItsGold) {
  Stage<Game> stage({.entities_max = 1});
  stage.enter(1, {5, 5});
  stage.tick();
  stage.send(1, Found{});
  stage.tick();
  stage.send(1, Dig{});
  stage.ticks(3);
  EXPECT_EQ(stage.of<Digger>(1).gold, 100u);
  EXPECT_FALSE(stage.of<Digger>(1).party);
}

}  // namespace
}  // namespace law::party

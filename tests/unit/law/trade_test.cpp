#include "law/trade.h"

#include <gtest/gtest.h>

#include "unit/law/stage.h"

namespace law::trade {
namespace {

// Each trader begins with 10 gold and 10 apples.
constexpr Goods gold{3, 0};
constexpr Goods apples{0, 5};
constexpr Goods unchanged{10, 10};
constexpr Goods sold{7, 15};
constexpr Goods bought{13, 5};

class TradeTest : public LawTest<Game> {
 protected:
  TradeTest() { begin(stage_); }

  static void begin(Stage<Game>& stage) {
    for (const std::uint64_t trader : {1, 2, 3}) stage.enter(trader, {5, 5}, 10);
    stage.tick();
  }
  static EntityId open(Stage<Game>& stage) {
    stage.send(1, Open{stage.id(2), gold, apples});
    stage.tick();
    return stage.only<Trade>();
  }
  static Goods goods(const Stage<Game>& stage, std::uint64_t trader) {
    return stage.of<Trader>(trader).goods;
  }
};

TEST_F(TradeTest, BothGetTheirGoodsInOneTick) {
  const EntityId trade = open(stage_);
  EXPECT_EQ(goods(stage_, 1), (Goods{7, 10}));
  stage_.send(2, Accept{trade});
  stage_.tick();
  EXPECT_EQ(goods(stage_, 2), (Goods{10, 5}));
  stage_.tick();
  EXPECT_TRUE(stage_.all<Trade>().empty());
  EXPECT_EQ(goods(stage_, 1), (Goods{7, 10}));
  EXPECT_EQ(goods(stage_, 2), (Goods{10, 5}));
  stage_.tick();
  EXPECT_EQ(goods(stage_, 1), sold);
  EXPECT_EQ(goods(stage_, 2), bought);
}

TEST_F(TradeTest, ATraderThatAcceptsTwicePaysOnce) {
  const EntityId trade = open(stage_);
  stage_.tick();
  stage_.send(2, Accept{trade});
  stage_.send(2, Accept{trade});
  stage_.tick();
  EXPECT_EQ(goods(stage_, 2), (Goods{10, 0}));
  stage_.ticks(4);
  EXPECT_EQ(goods(stage_, 1), sold);
  EXPECT_EQ(goods(stage_, 2), bought);
}

TEST_F(TradeTest, AThirdTraderGetsItsGoodsBack) {
  const EntityId trade = open(stage_);
  stage_.send(3, Accept{trade});
  stage_.ticks(4);
  EXPECT_EQ(goods(stage_, 3), unchanged);
  EXPECT_EQ(stage_.only<Trade>(), trade);
}

TEST_F(TradeTest, AfterItsTimeTheTradeGivesTheGoodsBack) {
  open(stage_);
  stage_.ticks(Game::patience);
  EXPECT_EQ(stage_.all<Trade>().size(), 1u);
  stage_.ticks(2);
  EXPECT_TRUE(stage_.all<Trade>().empty());
  EXPECT_EQ(goods(stage_, 1), unchanged);
}

TEST_F(TradeTest, CancelAndAcceptInAnyTicksGiveBothOrNeither) {
  int trades = 0;
  for (const std::uint64_t canceller : {1, 2, 3}) {
    for (int cancels_at = 0; cancels_at < 4; ++cancels_at) {
      Stage<Game> stage;
      begin(stage);
      const EntityId trade = open(stage);
      for (int tick = 0; tick < 4; ++tick) {
        if (tick == 1) stage.send(2, Accept{trade});
        if (tick == cancels_at) stage.send(canceller, Cancel{trade});
        stage.tick();
      }
      stage.ticks(4);
      const bool is_done = goods(stage, 1) == sold;
      EXPECT_EQ(goods(stage, 1), is_done ? sold : unchanged) << canceller << cancels_at;
      EXPECT_EQ(goods(stage, 2), is_done ? bought : unchanged) << canceller << cancels_at;
      EXPECT_TRUE(stage.all<Trade>().empty());
      trades += is_done;
      stage.expect_same_in_every_order();
    }
  }
  EXPECT_EQ(trades, 10) << "the seller and the buyer cancel in time once each; the third trader cannot";
}

TEST_F(TradeTest, NothingIsLostOrDoubledWheneverATraderLeaves) {
  for (const std::uint64_t leaver : {1, 2}) {
    for (int leaves_at = 0; leaves_at < 7; ++leaves_at) {
      Stage<Game> stage;
      begin(stage);
      Goods carried;
      for (int tick = 0; tick < 8; ++tick) {
        if (tick == 0) stage.send(1, Open{stage.id(2), gold, apples});
        if (tick == 2 && stage.all<Trade>().size() == 1) stage.send(2, Accept{stage.only<Trade>()});
        if (tick == leaves_at) stage.leave(leaver);
        // What the trader has when it leaves: its decisions of the tick come before.
        const Goods before = stage.is_here(leaver) ? goods(stage, leaver) : Goods{};
        stage.tick();
        if (tick != leaves_at) continue;
        carried = before;
        if (tick == 0 && leaver == 1) carried.take(gold);
        if (tick == 2 && leaver == 2) carried.take(apples);
        if (tick == 4) carried.add(leaver == 1 ? apples : gold);
      }
      stage.ticks(Game::patience + 4);
      EXPECT_TRUE(stage.all<Trade>().empty());
      Goods all = carried;
      all.add(stage.world().core().world.goods);
      for (const std::uint64_t trader : {1, 2, 3})
        if (stage.is_here(trader)) all.add(goods(stage, trader));
      EXPECT_EQ(all, (Goods{30, 30})) << "trader " << leaver << " leaves at " << leaves_at;
    }
  }
}

TEST_F(TradeTest, ATraderCannotGiveWhatItDoesNotHaveNorTradeWithItself) {
  stage_.send(1, Open{stage_.id(2), Goods{11, 0}, apples});
  stage_.send(1, Open{stage_.id(1), gold, apples});
  stage_.tick();
  EXPECT_TRUE(stage_.all<Trade>().empty());
  stage_.send(1, Open{stage_.id(2), gold, Goods{0, 11}});
  stage_.tick();
  stage_.send(2, Accept{stage_.only<Trade>()});
  stage_.ticks(3);
  EXPECT_EQ(goods(stage_, 2), unchanged);
}

TEST_F(TradeTest, InAFullWorldTheSellerGetsItsGoodsBack) {
  Stage<Game> stage({.entities_max = 3});
  begin(stage);
  stage.send(1, Open{stage.id(2), gold, apples});
  stage.ticks(3);
  EXPECT_EQ(goods(stage, 1), unchanged);
}

}  // namespace
}  // namespace law::trade

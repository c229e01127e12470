#include "madang/net/whereabouts.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

class WhereaboutsTest : public testing::Test {
 protected:
  using enum Whereabouts::Entry;
  static constexpr CharacterId anna{1};
  static constexpr CharacterId boris{2};
  static constexpr SessionId first{10};
  static constexpr SessionId second{20};

  Whereabouts::Entry log_in(CharacterId character, std::string_view world, SessionId session = first) {
    return whereabouts_.enter(character, world, session, false);
  }
  Whereabouts::Entry travel(CharacterId character, std::string_view world, SessionId session = first) {
    return whereabouts_.enter(character, world, session, true);
  }
  std::optional<std::string> world_of(CharacterId character) const { return whereabouts_.find(character); }

  Whereabouts whereabouts_;
};

TEST_F(WhereaboutsTest, ACharacterIsWhereItEntered) {
  EXPECT_EQ(world_of(anna), std::nullopt);
  EXPECT_EQ(log_in(anna, ""), ok);
  EXPECT_EQ(log_in(boris, "tea", second), ok);
  EXPECT_EQ(world_of(anna), "");
  EXPECT_EQ(world_of(boris), "tea");
  EXPECT_EQ(whereabouts_.size(), 2u);
}

TEST_F(WhereaboutsTest, WhoWasInAWorldThatHasEndedIsNowhere) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  EXPECT_EQ(log_in(boris, "cake", second), ok);
  whereabouts_.end("tea");
  whereabouts_.end("coffee");
  EXPECT_EQ(world_of(anna), std::nullopt);
  EXPECT_EQ(world_of(boris), "cake");
  EXPECT_EQ(whereabouts_.size(), 1u);
  EXPECT_EQ(log_in(anna, "cake"), ok);
  whereabouts_.end("cake");
  EXPECT_EQ(whereabouts_.size(), 0u);
}

TEST_F(WhereaboutsTest, ALoginToAnotherWorldMustGoWhereTheCharacterIs) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  EXPECT_EQ(log_in(anna, "cake", second), elsewhere);
  EXPECT_EQ(world_of(anna), "tea");
  EXPECT_EQ(log_in(anna, "tea", second), ok);
  EXPECT_EQ(log_in(boris, "cake"), ok) << "the world is as good as any other";
}

TEST_F(WhereaboutsTest, WhoHasLeftIsNowhere) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  EXPECT_EQ(log_in(boris, "tea"), ok);
  whereabouts_.leave(anna, "cake");
  EXPECT_EQ(world_of(anna), "tea") << "the word of another world counts for nothing";
  whereabouts_.leave(anna, "tea");
  EXPECT_EQ(world_of(anna), std::nullopt);
  EXPECT_EQ(world_of(boris), "tea");
  EXPECT_EQ(whereabouts_.size(), 1u);
  EXPECT_EQ(log_in(anna, "cake"), ok);
}

TEST_F(WhereaboutsTest, ATravellerIsBetweenTwoWorldsAndThenInTheNextOne) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  whereabouts_.depart(anna, "tea", first);
  EXPECT_EQ(world_of(anna), std::nullopt);
  EXPECT_EQ(whereabouts_.size(), 1u) << "it is not forgotten";
  EXPECT_EQ(travel(anna, "cake", second), replaced) << "another session does not bring it there";
  EXPECT_EQ(travel(anna, "cake"), ok);
  EXPECT_EQ(world_of(anna), "cake");
  EXPECT_EQ(travel(anna, "tea"), replaced) << "without a departure there is no way";
}

TEST_F(WhereaboutsTest, ALoginIsFasterThanATraveller) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  whereabouts_.depart(anna, "tea", first);
  EXPECT_EQ(log_in(anna, "jam", second), ok);
  EXPECT_EQ(travel(anna, "cake"), replaced);
  EXPECT_EQ(world_of(anna), "jam");
  whereabouts_.forget(anna, first);
  EXPECT_EQ(world_of(anna), "jam");
}

TEST_F(WhereaboutsTest, WhoIsNotLetInMayTryAgain) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  whereabouts_.depart(anna, "tea", first);
  EXPECT_EQ(travel(anna, "cake"), ok);
  whereabouts_.refuse(anna, "cake");
  EXPECT_EQ(world_of(anna), std::nullopt);
  EXPECT_EQ(travel(anna, "jam"), ok);
  EXPECT_EQ(world_of(anna), "jam");
}

TEST_F(WhereaboutsTest, ALoginThatIsNotLetInLeavesNothing) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  whereabouts_.refuse(anna, "cake");
  EXPECT_EQ(world_of(anna), "tea");
  whereabouts_.refuse(anna, "tea");
  EXPECT_EQ(whereabouts_.size(), 0u);
}

TEST_F(WhereaboutsTest, TheEndOfASessionEndsItsTravelAndNoOther) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  whereabouts_.forget(anna, first);
  EXPECT_EQ(world_of(anna), "tea") << "its character leaves the world first";
  whereabouts_.depart(anna, "tea", first);
  whereabouts_.forget(anna, second);
  EXPECT_EQ(whereabouts_.size(), 1u);
  whereabouts_.forget(anna, first);
  EXPECT_EQ(whereabouts_.size(), 0u);
}

TEST_F(WhereaboutsTest, ADepartureFromAnotherWorldIsNone) {
  EXPECT_EQ(log_in(anna, "tea"), ok);
  whereabouts_.depart(anna, "cake", first);
  EXPECT_EQ(world_of(anna), "tea");
}

}  // namespace
}  // namespace madang::net

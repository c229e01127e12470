#include "net/place.h"

#include <gtest/gtest.h>

#include <utility>

namespace madang::net {
namespace {

const ClientAddress client = io::Address::v4(10, 0, 0, 1, 1000);
const ClientAddress other = io::Address::v4(10, 0, 0, 2, 1000);

TEST(Place, ItsEndGivesThePlaceBack) {
  Crowd crowd(2, 2);
  {
    const auto place = Place::occupy(crowd, client);
    ASSERT_TRUE(place && *place);
    EXPECT_EQ(crowd.size(), 1u);
  }
  EXPECT_EQ(crowd.size(), 0u);
}

TEST(Place, AFullCrowdGivesTheReasonAndNoPlace) {
  Crowd crowd(1, 1);
  const auto first = Place::occupy(crowd, client);
  const auto second = Place::occupy(crowd, other);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), CloseReason::server_full);
  EXPECT_EQ(crowd.size(), 1u);
}

TEST(Place, AMoveGivesNothingBackAndKeepsTheAddress) {
  Crowd crowd(2, 2);
  auto place = Place::occupy(crowd, client);
  const Place moved = std::move(*place);
  EXPECT_FALSE(*place);
  EXPECT_EQ(place->client().address, client.address);
  EXPECT_TRUE(moved);
  EXPECT_EQ(crowd.size(), 1u);
}

TEST(Place, AnAssignmentGivesTheOldPlaceBack) {
  Crowd crowd(2, 2);
  auto first = Place::occupy(crowd, client);
  auto second = Place::occupy(crowd, other);
  *first = std::move(*second);
  EXPECT_EQ(crowd.size(), 1u);
  EXPECT_EQ(first->client().address, other.address);
}

TEST(Place, ARefusedIdentityChangesNothing) {
  Crowd crowd(3, 1);
  const auto taken = Place::occupy(crowd, other);
  auto place = Place::occupy(crowd, ClientAddress(client.address, Route::proxy));
  const ClientAddress forwarded(other.address, Route::forwarded);
  EXPECT_EQ(place->identify(forwarded), CloseReason::too_many_from_address);
  EXPECT_EQ(place->client().address, client.address);
  EXPECT_EQ(place->identify(ClientAddress(client.address, Route::forwarded)), CloseReason::none);
  EXPECT_EQ(crowd.size(), 2u);
}

}  // namespace
}  // namespace madang::net

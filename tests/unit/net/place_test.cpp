#include "madang/net/place.h"

#include <gtest/gtest.h>

#include <utility>

namespace madang::net {
namespace {

const ClientAddress near_client = io::Address::v4(10, 0, 0, 1, 1000);
const ClientAddress far_client = io::Address::v4(10, 0, 0, 2, 1000);

TEST(Place, ItsEndGivesThePlaceBack) {
  Crowd crowd(2, 2);
  {
    const auto place = Place::occupy(crowd, near_client);
    ASSERT_TRUE(place && *place);
    EXPECT_EQ(crowd.size(), 1u);
  }
  EXPECT_EQ(crowd.size(), 0u);
}

TEST(Place, AFullCrowdGivesTheReasonAndNoPlace) {
  Crowd crowd(1, 1);
  const auto first = Place::occupy(crowd, near_client);
  const auto second = Place::occupy(crowd, far_client);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), CloseReason::server_full);
  EXPECT_EQ(crowd.size(), 1u);
}

TEST(Place, AMoveGivesNothingBackAndKeepsTheAddress) {
  Crowd crowd(2, 2);
  auto place = Place::occupy(crowd, near_client);
  const Place moved = std::move(*place);
  EXPECT_FALSE(*place);
  EXPECT_EQ(place->client().address, near_client.address);
  EXPECT_TRUE(moved);
  EXPECT_EQ(crowd.size(), 1u);
}

TEST(Place, AnAssignmentGivesTheOldPlaceBack) {
  Crowd crowd(2, 2);
  auto first = Place::occupy(crowd, near_client);
  auto second = Place::occupy(crowd, far_client);
  *first = std::move(*second);
  EXPECT_EQ(crowd.size(), 1u);
  EXPECT_EQ(first->client().address, far_client.address);
}

TEST(Place, ARefusedIdentityChangesNothing) {
  Crowd crowd(3, 1);
  const auto taken = Place::occupy(crowd, far_client);
  auto place = Place::occupy(crowd, ClientAddress(near_client.address, Route::proxy));
  const ClientAddress forwarded(far_client.address, Route::forwarded);
  EXPECT_EQ(place->identify(forwarded), CloseReason::too_many_from_address);
  EXPECT_EQ(place->client().address, near_client.address);
  EXPECT_EQ(place->identify(ClientAddress(near_client.address, Route::forwarded)), CloseReason::none);
  EXPECT_EQ(crowd.size(), 2u);
}

}  // namespace
}  // namespace madang::net

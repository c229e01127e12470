// After which endings a client logs in again, and when.
#include "madang/client/reentry.h"

#include <gtest/gtest.h>

#include <set>

namespace madang::client {
namespace {

Ending goodbye_for(CloseReason reason) {
  return {.was_connected = true, .has_goodbye = true, .reason = reason};
}
const Ending lost_connection{.was_connected = true, .reason = CloseReason::connection_lost};
const Ending refused_connection{.reason = CloseReason::connection_lost,
                                .error = {ErrorCode::connection_refused}};

TEST(Reentry, FollowsALostConnectionOfAClientThatWasInTheWorld) {
  Reentry reentry(1);
  reentry.entered();
  EXPECT_TRUE(reentry.wait_after(lost_connection));
  EXPECT_TRUE(reentry.wait_after(refused_connection)) << "the server is being started again";
}

TEST(Reentry, DoesNotFollowAFirstTryThatReachedNoServer) {
  EXPECT_FALSE(Reentry(1).wait_after(refused_connection));
  EXPECT_FALSE(Reentry(1).wait_after(lost_connection));
}

TEST(Reentry, FollowsAGoodbyeThatSaysThatTheServerIsFull) {
  for (const CloseReason reason :
       {CloseReason::server_full, CloseReason::world_full, CloseReason::too_many_from_address})
    EXPECT_TRUE(Reentry(1).wait_after(goodbye_for(reason))) << name_of(reason);
}

TEST(Reentry, DoesNotFollowAnEndThatWouldRepeatOrWasRequested) {
  for (const CloseReason reason :
       {CloseReason::kicked, CloseReason::stale_client, CloseReason::bad_name, CloseReason::flooding,
        CloseReason::client_left, CloseReason::bad_packet, CloseReason::none}) {
    Reentry reentry(1);
    reentry.entered();
    EXPECT_FALSE(reentry.wait_after(goodbye_for(reason))) << name_of(reason);
  }
  Reentry reentry(1);
  reentry.entered();
  Ending asked = lost_connection;
  asked.was_requested = true;
  EXPECT_FALSE(reentry.wait_after(asked));
  EXPECT_FALSE(reentry.wait_after({.was_connected = true, .reason = CloseReason::bad_packet})) << "nonsense";
}

TEST(Reentry, WaitsLongerEachTimeAndStartsAgainAfterALogin) {
  Reentry reentry(1);
  reentry.entered();
  const Duration expected[] = {1s, 2s, 4s, 8s, 15s, 15s, 15s};
  for (int round = 0; round < 20; ++round) {
    for (const Duration wait : expected) {
      const Duration actual = *reentry.wait_after(lost_connection);
      EXPECT_GE(actual, wait / 100 * 80);
      EXPECT_LE(actual, wait / 100 * 120);
    }
    reentry.entered();
  }
}

TEST(Reentry, OfADemoBotFollowsEveryEndThatTheBotDidNotRequest) {
  for (const CloseReason reason : {CloseReason::kicked, CloseReason::banned, CloseReason::server_stopping})
    EXPECT_TRUE(Reentry(1, Reentry::Client::demo_bot).wait_after(goodbye_for(reason))) << name_of(reason);
  EXPECT_TRUE(Reentry(1, Reentry::Client::demo_bot).wait_after(refused_connection));
  Ending asked = lost_connection;
  asked.was_requested = true;
  EXPECT_FALSE(Reentry(1, Reentry::Client::demo_bot).wait_after(asked));
}

TEST(Reentry, OfADemoBotWaitsLongerEachTimeUpToAMinute) {
  Reentry reentry(1, Reentry::Client::demo_bot);
  for (const Duration wait : {5s, 10s, 20s, 40s, 60s, 60s}) {
    const Duration actual = *reentry.wait_after(goodbye_for(CloseReason::kicked));
    EXPECT_GE(actual, wait / 100 * 80);
    EXPECT_LE(actual, wait / 100 * 120);
  }
  reentry.entered();
  EXPECT_LE(*reentry.wait_after(goodbye_for(CloseReason::kicked)), 6s);
}

TEST(Reentry, WaitsDifferFromClientToClient) {
  std::set<Duration> waits;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    waits.insert(*Reentry(seed).wait_after(goodbye_for(CloseReason::server_full)));
  EXPECT_GT(waits.size(), 8u);
}

}  // namespace
}  // namespace madang::client

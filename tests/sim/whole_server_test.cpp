// The whole server in the simulator, with one world.
//
// A failure prints its seed. The same seed gives the same run, event by event.
#include "sim/whole_server.h"

#include <gtest/gtest.h>

namespace madang {
namespace {

class WholeServerTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(WholeServerTest, SendsEveryBotOnlyWhatIsTrue) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  WholeServer server({.seed = GetParam()});
  server.run(30s);

  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.connected, players);
  EXPECT_EQ(server.player_count(), players);
  // Each bot makes two moves a second from its login on. Nearly all of them are possible.
  EXPECT_GT(server.swarm().counted("moves"), players * 50u);
  EXPECT_LT(server.swarm().counted("moves_refused"), server.swarm().counted("moves") / 10);
  // A move is told to all clients that see the piece. Their number depends on where the seed puts the
  // players.
  std::size_t seen = 0;
  server.swarm().for_each_view(
      [&](const board::PlayerView& view) { view.for_each_piece([&](const board::SeenPiece&) { ++seen; }); });
  EXPECT_GT(seen, players * 4u);
  EXPECT_GT(stats.updates_in * players * 10, server.swarm().counted("moves") * seen * 9);
  EXPECT_EQ(server.swarm().delays().count(),
            server.swarm().counted("moves") + server.swarm().counted("moves_refused"));
  EXPECT_EQ(server.runner_stats().overload_steps_up, 0u) << "no time passes while it works";
  // A tick is 50 ms. The network delays a move and its answer by at most 4 ms together.
  EXPECT_LE(server.swarm().delays().max(), 60'000u);
}

TEST_P(WholeServerTest, LosesNoPlayerAndNoPacketWhenConnectionsBreak) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  WholeServer server({.seed = GetParam(),
                      .delay_min = 1ms,
                      .delay_max = 80ms,
                      .splits_percent = 60,
                      .socket_buffer_bytes = 2048,
                      .resets_per_million = 400});
  server.run(30s);

  server.network().settings.resets_per_million = 0;
  server.run(2s);  // until everybody knows of the last that broke

  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_GT(stats.errors, 0u) << "no connection broke: the test shows nothing";
  EXPECT_EQ(stats.connected + stats.errors, players);
  EXPECT_EQ(server.sessions_open(), stats.connected);
  EXPECT_EQ(server.player_count(), stats.connected);
}

/// All bots are in one area of interest, and the budget is much too small.
TEST_P(WholeServerTest, SuppressesTheStepsOfOthersWhenABudgetIsUsedUpAndMakesThemRight) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene{.network = {.seed = GetParam()}};
  scene.limits.session_kbit_per_second = 24;
  scene.bots = 300;
  scene.board.width = scene.board.height = 32;
  scene.board.cell_size = 16;
  WholeServer server(scene);
  server.run(40s);
  const std::size_t throttled = server.throttled_now();
  EXPECT_GT(throttled, 0u) << "no cell was throttled: the test shows nothing";

  // The positions of a throttled cell are sent every 1.5 s. A session whose budget does not allow them yet
  // gets the next, and its cell stays throttled until then.
  server.swarm().stand_still(true);
  server.run(2s);
  EXPECT_GT(pieces_seen_where_they_stand(server, Views::without_throttled_cells), 0u);
  const std::size_t waiting = server.throttled_now();
  EXPECT_LT(waiting * 4, throttled) << "most sessions get the positions at the first turn";
  server.run(1500ms);
  EXPECT_GT(pieces_seen_where_they_stand(server), scene.bots * scene.bots / 2);

  // The sent bytes are at most the budget, plus the packets that are never suppressed.
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());

  server.run(5s);
  const std::size_t still_throttled = server.throttled_now();
  EXPECT_EQ(still_throttled, 0u) << "the budget is free again";
  EXPECT_FALSE(server.throttled_cells().has_any());
}

TEST_P(WholeServerTest, AWorkerThatStandsStillStopsNoOtherAndItsPlayersLoseNoAnswer) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene{.network = {.seed = GetParam()}};
  scene.limits.command_budget.burst = scene.limits.say_budget.burst = 200;  // not what is tested here
  scene.limits.shout_budget.burst = 200;
  WholeServer server(scene);
  server.run(5s);
  const std::uint64_t ticks = server.runner_stats().ticks;
  const std::uint64_t answers = server.answers(0);
  server.server().freeze_worker(1);
  server.run(20s);
  // Only the first ticks count for overload control. By now the rate is the full rate again.
  EXPECT_GT(server.runner_stats().ticks, ticks + 200);
  EXPECT_EQ(server.runner_stats().overload_step, 0u);
  EXPECT_GT(server.runner_stats().ticks_merged, 100u);
  EXPECT_GT(server.answers(0), answers + players / 2 * 15);

  server.server().thaw_worker();
  server.run(5s);
  server.server().freeze_worker(1);
  server.run(3s);
  server.server().thaw_worker();  // and a second time
  server.run(3s);
  server.swarm().stand_still(true);
  server.run(3s);
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  EXPECT_EQ(server.swarm().delays().count(),
            server.swarm().counted("moves") + server.swarm().counted("moves_refused"))
      << "an answer was lost";
  EXPECT_GT(server.cells_made_stale(), 0u);
  EXPECT_EQ(server.stale_now(), 0u);
  server.swarm().for_each_view([&](const board::PlayerView& view) {
    EXPECT_TRUE(view.find(view.welcome().entity)) << "a client does not see its own piece";
  });
  EXPECT_GT(pieces_seen_where_they_stand(server), 0u);
}

TEST_P(WholeServerTest, TheRecordOfAnOverloadedServerHasLongTicksAndIsPlayedToTheSameStates) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  WholeServer server({.network = {.seed = GetParam()}});
  server.run(5s);
  server.server().delay_ticks(60ms);
  server.run(20s);
  EXPECT_GT(server.record().long_ticks(), 20u);
  EXPECT_EQ(server.swarm().stats().violations, 0u) << texts_of(server.swarm());
}

/// The enters of newcomers alone would be several times the budget of a session.
TEST_P(WholeServerTest, ACrowdOfNewcomersIsWithinTheBudgetOfItsNeighbours) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene{.network = {.seed = GetParam()}};
  scene.limits.session_kbit_per_second = 8;
  scene.bots = 300;
  scene.board.width = scene.board.height = 32;
  scene.board.cell_size = 16;
  WholeServer server(scene);
  server.run(12s);
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_GT(server.cells_made_stale(), 0u) << "nothing was too much: the test shows nothing";
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  // 1,000 bytes a second for each session, plus a debt of one second. A larger full state is sent as a whole.
  EXPECT_LT(stats.bytes_in, scene.bots * 12u * 1'000u * 3 / 2);

  server.swarm().stand_still(true);
  EXPECT_TRUE(server.run_until(120s, [&] { return server.stale_now() == 0; }));
}

TEST_P(WholeServerTest, SlowsDownAndLosesNothingWhenEveryQueueBetweenTheThreadsIsTiny) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene{.network = {.seed = GetParam()}};
  scene.limits.command_queue_max = 8;
  scene.limits.tick_queue_max = 2;
  scene.limits.accept_queue_max = 2;
  WholeServer server(scene);
  server.run(20s);
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.connected, players);
  EXPECT_GT(server.stalls(), 0u) << "no queue was ever full: the test shows nothing";

  server.swarm().log_out();
  EXPECT_TRUE(server.run_until(3s, [&] { return server.swarm().is_finished(); }));
  server.run(1s);
  EXPECT_EQ(server.sessions_open(), 0u);
  EXPECT_EQ(server.player_count(), 0u);
}

TEST_P(WholeServerTest, IsEmptyWhenAllPlayersHaveLeft) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  WholeServer server({.seed = GetParam()});
  server.run(5s);
  server.swarm().log_out();
  EXPECT_TRUE(server.run_until(5s, [&] { return server.swarm().is_finished(); }));
  server.run(200ms);

  EXPECT_EQ(server.swarm().stats().errors, 0u) << texts_of(server.swarm());
  EXPECT_EQ(server.sessions_open(), 0u);
  EXPECT_EQ(server.player_count(), 0u);
  EXPECT_EQ(server.network().descriptors_open(), 1u) << "more than the listener is open";
}

TEST_P(WholeServerTest, SaysGoodbyeToAllWhenItStops) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  WholeServer server({.seed = GetParam()});
  server.run(5s);
  server.server().stop();
  EXPECT_TRUE(server.run_until(5s, [&] { return server.server().is_stopped(); }));
  server.run(200ms);

  EXPECT_EQ(server.swarm().stats().connected, 0u);
  ASSERT_EQ(server.swarm().error_texts().size(), 1u) << texts_of(server.swarm());
  EXPECT_EQ(*server.swarm().error_texts().begin(),
            (std::pair<const std::string, std::uint64_t>{
                "the server said goodbye: the server is stopping; come back soon", players}));
  EXPECT_EQ(server.network().descriptors_open(), 0u);
}

TEST_P(WholeServerTest, IsTheSameEventByEventUnderTheSameSeed) {
  const auto hash_of = [](std::uint64_t seed) {
    WholeServer server({.seed = seed, .resets_per_million = 400});
    server.run(10s);
    return server.hash();
  };
  EXPECT_EQ(hash_of(GetParam()), hash_of(GetParam()));
  EXPECT_NE(hash_of(GetParam()), hash_of(GetParam() + 1000));
}

/// Each player comes back while the old connection is still open, and its close arrives later, in any order.
TEST_P(WholeServerTest, TheLateCloseOfAnOldConnectionDoesNotRemoveAPlayerThatHasComeBack) {
  SCOPED_TRACE(fmt::format("seed {}", GetParam()));
  Scene scene{.network = {.seed = GetParam(), .delay_min = 1ms, .delay_max = 400ms}};
  scene.has_lasting_characters = true;
  WholeServer server(scene);
  ASSERT_TRUE(server.run_until(10s, [&] { return server.player_count() == players; }));
  server.run(2s);
  server.let_all_log_in_again(200);
  server.run(10s);

  EXPECT_EQ(server.player_count(), players);
  EXPECT_EQ(server.record().take_overs(), players);
  EXPECT_EQ(server.sessions_open(), players);
  ASSERT_EQ(server.swarm_before().error_texts().size(), 1u) << texts_of(server.swarm_before());
  EXPECT_EQ(*server.swarm_before().error_texts().begin(),
            (std::pair<const std::string, std::uint64_t>{
                "the server said goodbye: you have logged in on another connection", players}));
  const client::BotsStats stats = server.swarm().stats();
  EXPECT_EQ(stats.connected, players);
  EXPECT_EQ(stats.errors, 0u) << texts_of(server.swarm());
  EXPECT_EQ(stats.violations, 0u) << texts_of(server.swarm());
  EXPECT_EQ(server.swarm_before().stats().violations, 0u) << texts_of(server.swarm_before());
  EXPECT_GT(server.swarm().counted("moves"), players * 10u);

  server.swarm().log_out();
  EXPECT_TRUE(server.run_until(5s, [&] { return server.swarm().is_finished(); }));
  server.run(1s);
  EXPECT_EQ(server.player_count(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WholeServerTest, testing::ValuesIn(seeds()));

}  // namespace
}  // namespace madang

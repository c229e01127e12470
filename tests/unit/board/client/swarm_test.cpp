// A swarm with a server that misbehaves. The tests with a real server are in tests/sim.
#include "board/client/swarm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "board/board_config.h"
#include "madang/wire/dispatch.h"
#include "unit/client/tiny_server.h"

namespace madang::board {
namespace {

using client::TinyServer;
using Kinds = BoardParts::Entities;
using ClientPackets = wire::Types<wire::Login, wire::Say, wire::Shout, wire::Logout, Move>;

class SwarmTest : public testing::Test {
 protected:
  SwarmTest() {
    server_.on_frame = [this](TinyServer::Client client, const wire::Frame& frame) {
      wire::visit_packet(ClientPackets{}, frame,
                         wire::Overloaded{[&](const wire::Login& login) {
                                            names_.emplace_back(login.name);
                                            login_clients_.push_back(client);
                                            schemas_.insert(login.schema);
                                            looks_.emplace_back(as_text(login.entry));
                                            if (lets_in_) let_in(client);
                                          },
                                          [&](const Move& move) {
                                            movers_.push_back(client);
                                            move_times_.push_back(network_.now());
                                            server_.tell(client, answer_to(client, move));
                                          },
                                          [&](const wire::Say& say) {
                                            ++says_;
                                            say_times_.push_back(network_.now());
                                            speakers_.push_back(client);
                                            if (echoes_) tell_all_that_says(client, std::string(say.text));
                                            if (!says_them_) server_.tell(client, wire::NotSaid{});
                                          },
                                          [&](const wire::Shout&) {
                                            ++shouts_;
                                            if (!says_them_) server_.tell(client, wire::NotSaid{});
                                          },
                                          [&](const wire::Logout&) {
                                            if (answers_logout_)
                                              server_.tell(client,
                                                           wire::Goodbye{CloseReason::client_left, "bye"});
                                          }});
    };
  }

  void let_in(TinyServer::Client client) {
    server_.welcome(client);
    server_.tell(client, Pace{.move_interval_ms = move_interval_ms_});
    server_.begin_cell<Kinds>(client, Piece{.name = "you"});
  }
  /// On the tiny server's ground nothing stands in the way, except in tests that refuse every move.
  Moved answer_to(TinyServer::Client client, const Move& move) {
    if (!walks_) return {move.client_time, 5, 5, answer_};
    world::Position& position = positions_.try_emplace(client, world::Position{5, 5}).first->second;
    position = neighbour(position, move.direction);
    farthest_ = std::max({farthest_, std::abs(position.x - 5), std::abs(position.y - 5)});
    return {move.client_time, static_cast<std::uint16_t>(position.x), static_cast<std::uint16_t>(position.y),
            MoveResult::ok};
  }
  /// A piece that is not a bot appears at (6, 6). The first `clients` bots see it.
  void show_stranger(TinyServer::Client clients) {
    for (TinyServer::Client client = 1; client <= clients; ++client)
      server_.show<Kinds>(client, TinyServer::id_of(stranger), {alias_for(client, stranger), 6, 6},
                          Piece{.name = "Ada"});
  }
  /// All bots get the words. A bot has the alias 1 for itself, and an alias of its number for others.
  void tell_all_that_says(std::uint64_t speaker, const std::string& text) {
    for (TinyServer::Client client = 1; client <= server_.accepted(); ++client)
      server_.tell(client, wire::CellSaid{0, 0, alias_for(client, speaker), text});
  }
  void show_bots_to_each_other() {
    for (TinyServer::Client client = 1; client <= server_.accepted(); ++client)
      for (TinyServer::Client other = 1; other <= server_.accepted(); ++other)
        if (client != other)
          server_.show<Kinds>(client, TinyServer::id_of(other), {alias_for(client, other), 5, 5},
                              Piece{.name = "bot"});
  }
  static wire::CellAlias alias_for(TinyServer::Client client, TinyServer::Client other) {
    return static_cast<wire::CellAlias>(client == other ? 1 : other + 1);
  }

  void make(const client::BotsSettings& settings, const SwarmSettings& own_settings = {}) {
    swarm_ = std::make_unique<Swarm>(std::make_unique<io::SimPort>(network_), server_.address(), settings,
                                     own_settings);
  }
  void run(Duration duration) {
    const Time end = network_.now() + duration;
    while (network_.now() < end) {
      server_.turn();
      swarm_->turn(Duration::zero());
      network_.advance(end);
    }
  }

  io::SimNetwork network_;
  TinyServer server_{network_};
  std::unique_ptr<Swarm> swarm_;
  bool lets_in_ = true;
  bool answers_logout_ = true;
  bool says_them_ = true;
  MoveResult answer_ = MoveResult::too_soon;
  std::vector<std::string> names_;  // one for each login
  std::vector<std::string> looks_;  // the entry of each login
  std::set<std::uint64_t> schemas_;
  std::uint32_t move_interval_ms_ = 1000;
  std::vector<TinyServer::Client> login_clients_;
  std::vector<TinyServer::Client> movers_;
  std::vector<Time> move_times_;
  static constexpr std::uint16_t stranger = 1000;
  bool walks_ = false;
  bool echoes_ = false;
  std::map<TinyServer::Client, world::Position> positions_;
  int farthest_ = 0;  // tiles along an axis from where the bots arrive
  std::vector<TinyServer::Client> speakers_;
  std::vector<Time> say_times_;
  int says_ = 0;
  int shouts_ = 0;
};

TEST_F(SwarmTest, LogsInAtASteadyRate) {
  make({.players = 200, .logins_per_second = 50});
  run(1s);
  EXPECT_NEAR(swarm_->stats().started, 50, 2);
  run(1s);
  EXPECT_NEAR(swarm_->stats().started, 100, 2);
  EXPECT_FALSE(swarm_->have_all_logged_in());
  run(3s);
  EXPECT_EQ(swarm_->stats().connected, 200u);
  EXPECT_TRUE(swarm_->have_all_logged_in());
}

TEST_F(SwarmTest, LogsInWithTheSchemaOfTheBoardAndWithLooks) {
  make({.players = 60});
  run(1s);
  EXPECT_EQ(schemas_, std::set{game_info().protocol.schema});
  const std::set<std::string> looks(looks_.begin(), looks_.end());
  EXPECT_EQ(looks.size(), 6u);
  for (const std::string& entry : looks) {
    const Buffer whole = Buffer::copy(as_bytes("\3Ada" + entry));  // as the server completes it
    Bytes rest = whole.bytes();
    Entry parsed;
    EXPECT_TRUE(wire::parse(rest, parsed) && rest.empty());
  }
}

TEST_F(SwarmTest, WaitsWithLoginsWhenTheServerDoesNotAnswerThem) {
  lets_in_ = false;
  make({.players = 200, .logins_per_second = 100, .logins_pending_max = 20});
  run(5s);
  EXPECT_EQ(swarm_->stats().started, 20u);
  lets_in_ = true;
  run(20s);
  EXPECT_EQ(swarm_->stats().started, 200u) << "bots that gave up let others log in";
}

TEST_F(SwarmTest, MovesOnceAnIntervalAndCountsWhatWasRefused) {
  make({.players = 10});
  run(1s);
  const std::uint64_t before = swarm_->counted("moves_refused");
  run(20s);
  EXPECT_NEAR(static_cast<double>(swarm_->counted("moves_refused") - before), 200, 10);
  EXPECT_EQ(swarm_->counted("moves"), 0u);
  EXPECT_EQ(swarm_->stats().errors, 0u);
  EXPECT_EQ(swarm_->stats().violations, 0u);
}

TEST_F(SwarmTest, CountsTheWordsThatTheServerDoesNotSay) {
  says_them_ = false;
  make({.players = 10}, {.say_interval = 2s, .shout_interval = 1s});
  run(20s);
  EXPECT_GT(says_, 0);
  EXPECT_GT(shouts_, 0);
  EXPECT_NEAR(static_cast<double>(swarm_->stats().not_said), says_ + shouts_, 5) << "some are in flight";
}

TEST_F(SwarmTest, GivesEachBotAPhaseOfItsOwnFromItsFirstMoveOn) {
  make({.players = 20, .logins_per_second = 10'000});
  run(1100ms);
  std::set<std::int64_t> hundredths;
  for (const Time time : move_times_) hundredths.insert(time / 10ms);
  EXPECT_GE(hundredths.size(), 14u);
}

TEST_F(SwarmTest, KeepsEachBotsPhaseThroughAPause) {
  make({.players = 20, .logins_per_second = 10'000});
  run(2s);
  const Time end = network_.now() + 2500ms;
  while (network_.now() < end) network_.advance(end);  // nobody takes a turn
  run(100ms);                                          // now all late bots make one move
  move_times_.clear();
  run(1s);
  EXPECT_NEAR(static_cast<double>(move_times_.size()), 20, 4);
  std::set<std::int64_t> hundredths;
  for (const Time time : move_times_) hundredths.insert(time / 10ms);
  EXPECT_GE(hundredths.size(), 12u);
}

TEST_F(SwarmTest, MeasuresTheDelayOfItsMoves) {
  network_.settings.delay_min = 100ms;
  network_.settings.delay_max = 100ms;
  network_.settings.splits_percent = 0;
  make({.players = 10});
  run(10s);
  ASSERT_GT(swarm_->delays().count(), 50u);
  EXPECT_NEAR(swarm_->delays().quantile(0.5), 200'000, 6000);
  EXPECT_NEAR(swarm_->delays().max(), 200'000, 6000);
}

TEST_F(SwarmTest, SaysSometimesAndRarelyShouts) {
  make({.players = 60});
  run(100s);
  EXPECT_NEAR(says_, 100, 40);
  EXPECT_NEAR(shouts_, 10, 5);
}

TEST_F(SwarmTest, IsSilentWithZeroIntervals) {
  make({.players = 60}, {.say_interval = 0s, .shout_interval = 0s});
  run(100s);
  EXPECT_EQ(says_ + shouts_, 0);
}

TEST_F(SwarmTest, DoesNotShoutWhileItStandsStillOrAfterItHasLoggedOut) {
  make({.players = 5}, {.say_interval = 0s, .shout_interval = 1s});
  swarm_->stand_still(true);
  run(5s);
  EXPECT_EQ(shouts_, 0);
  swarm_->stand_still(false);
  run(5s);
  EXPECT_GT(shouts_, 2);
  swarm_->log_out();
  run(1s);
  EXPECT_TRUE(swarm_->is_finished());
  const int shouts = shouts_;
  run(5s);
  EXPECT_EQ(shouts_, shouts);
}

TEST_F(SwarmTest, RoamsUpToTheMaximumDistance) {
  walks_ = true;
  make({.players = 10}, {.roam = 3});
  run(200s);
  EXPECT_EQ(farthest_, 3);
  EXPECT_GT(swarm_->counted("moves"), 1900u) << "no bot stands still at the end of its range";
}

TEST_F(SwarmTest, ComesBackWhenItWentTooFarBecauseAnswersAreLate) {
  network_.settings.delay_min = 1100ms;
  network_.settings.delay_max = 1100ms;
  walks_ = true;
  make({.players = 10}, {.roam = 1});
  run(200s);
  EXPECT_GT(farthest_, 2) << "a bot decides before it knows where its last steps ended";
  EXPECT_LE(farthest_, 5);
}

TEST_F(SwarmTest, RoamsAnywhereByDefault) {
  walks_ = true;
  make({.players = 10});
  run(200s);
  EXPECT_EQ(farthest_, 10) << "the map ends there";
}

TEST_F(SwarmTest, AnswersAPlayerWithOneBot) {
  make({.players = 5}, {.say_interval = 0s, .shout_interval = 0s});
  run(1s);
  show_stranger(5);
  tell_all_that_says(stranger, "hello, bots");
  run(900ms);
  EXPECT_EQ(says_, 0);
  run(1300ms);
  EXPECT_EQ(says_, 1);
  run(20s);
  EXPECT_EQ(says_, 1);
  EXPECT_EQ(swarm_->stats().violations, 0u);
}

TEST_F(SwarmTest, AnswersWhenItIsTimeAndNotWithTheNextMove) {
  network_.settings.delay_min = 1ms;
  network_.settings.delay_max = 1ms;
  network_.settings.splits_percent = 0;
  make({.players = 1}, {.say_interval = 0s, .shout_interval = 0s});
  run(1s);
  show_stranger(1);
  tell_all_that_says(stranger, "hello");
  run(3s);
  ASSERT_EQ(say_times_.size(), 1u);
  EXPECT_EQ(std::ranges::find(move_times_, say_times_[0]), move_times_.end());
}

TEST_F(SwarmTest, AnswersByTheNearestBot) {
  make({.players = 5}, {.say_interval = 0s, .shout_interval = 0s});
  run(500ms);
  swarm_->stand_still(true);
  for (const TinyServer::Client client : {1, 2, 4, 5})
    server_.tell(client, Moved{0, 4, 5, MoveResult::ok});  // two tiles from the stranger
  show_stranger(5);
  run(500ms);
  swarm_->stand_still(false);
  tell_all_that_says(stranger, "hello");
  run(2200ms);
  EXPECT_EQ(speakers_, std::vector<TinyServer::Client>{3});
}

TEST_F(SwarmTest, DoesNotAnswerItsOwnBots) {
  echoes_ = true;
  make({.players = 5}, {.say_interval = 0s, .shout_interval = 0s});
  run(1s);
  show_bots_to_each_other();
  show_stranger(5);
  run(500ms);
  tell_all_that_says(stranger, "hello");
  run(60s);
  EXPECT_EQ(says_, 1) << "all bots got the answer";
  tell_all_that_says(2, "nice weather on this board");
  run(10s);
  EXPECT_EQ(says_, 1);
}

TEST_F(SwarmTest, DoesNotAnswerASpeakerThatItDoesNotSee) {
  make({.players = 5}, {.say_interval = 0s, .shout_interval = 0s});
  run(1s);
  tell_all_that_says(stranger, "hello");
  run(5s);
  EXPECT_EQ(says_, 0);
}

TEST_F(SwarmTest, CountsAnErrorForEachConnectionThatIsRefused) {
  network_.settings.refusals_percent = 100;
  make({.players = 30});
  run(2s);
  EXPECT_EQ(swarm_->stats().errors, 30u);
  EXPECT_TRUE(swarm_->have_all_logged_in()) << "no login is left to wait for";
  EXPECT_TRUE(swarm_->have_all_ended());
  ASSERT_NE(swarm_->first_failure(), nullptr);
  EXPECT_EQ(swarm_->first_failure()->error.code, ErrorCode::connection_refused);
  const std::map<std::string, std::uint64_t> texts = {{"connection refused: no server is there", 30}};
  EXPECT_EQ(swarm_->error_texts(), texts);
}

TEST_F(SwarmTest, CountsAnErrorWhenTheSystemGivesNoSocket) {
  network_.settings.descriptors_max = 1;
  make({.players = 3});
  run(1s);
  EXPECT_EQ(swarm_->stats().errors, 3u);
  EXPECT_EQ(swarm_->first_failure()->error.code, ErrorCode::no_descriptors);
}

TEST_F(SwarmTest, CountsAnErrorForAGoodbyeWithoutARequest) {
  make({.players = 5});
  run(1s);
  server_.tell(3, wire::Goodbye{CloseReason::kicked, "out"});
  run(1s);
  EXPECT_EQ(swarm_->stats().errors, 1u);
  EXPECT_EQ(swarm_->stats().connected, 4u);
  EXPECT_EQ(swarm_->stats().connected_ever, 5u);
}

TEST_F(SwarmTest, DoesNotLogABotInAgainByDefault) {
  make({.players = 2});
  run(1s);
  server_.tell(2, wire::Goodbye{CloseReason::kicked, "out"});
  run(200s);
  EXPECT_EQ(names_.size(), 2u);
}

TEST_F(SwarmTest, LogsAKickedBotInAgainAsTheSameBotAfterSomeSeconds) {
  make({.players = 3, .logs_in_again = true});
  run(1s);
  const std::vector<std::string> names = names_;
  ASSERT_EQ(names.size(), 3u);
  server_.tell(login_clients_[1], wire::Goodbye{CloseReason::kicked, "out"});
  run(3s);
  EXPECT_EQ(swarm_->stats().connected, 2u);
  run(4s);
  EXPECT_EQ(swarm_->stats().connected, 3u);
  ASSERT_EQ(names_.size(), 4u);
  EXPECT_EQ(names_[3], names[1]);
  EXPECT_EQ(looks_[3], looks_[1]);
  EXPECT_EQ(swarm_->stats().connected_ever, 3u);
  EXPECT_EQ(swarm_->stats().violations, 0u);
}

TEST_F(SwarmTest, MovesABotThatIsBackOnceAnInterval) {
  move_interval_ms_ = 30'000;  // far longer than the wait, so the time of its next move is still planned
  make({.players = 1, .logs_in_again = true});
  run(1s);
  for (TinyServer::Client client = 1; client <= 3; ++client) {
    server_.tell(client, wire::Goodbye{CloseReason::kicked, "out"});
    run(7s);
  }
  ASSERT_EQ(names_.size(), 4u);
  movers_.clear();
  run(300s);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(movers_, 4u)), 10, 1);
}

TEST_F(SwarmTest, LogsABotInAgainAnyNumberOfTimes) {
  make({.players = 1, .logins_pending_max = 1, .logs_in_again = true});
  run(1s);
  for (TinyServer::Client client = 1; client <= 5; ++client) {
    server_.tell(client, wire::Goodbye{CloseReason::kicked, "out"});
    run(8s);
    EXPECT_EQ(swarm_->stats().connected, 1u) << "after end " << client;
    EXPECT_EQ(swarm_->stats().logging_in, 0u);
  }
}

TEST_F(SwarmTest, LogsABotInWhenTheSystemHasASocketForItAgain) {
  network_.settings.descriptors_max = 1;
  make({.players = 3, .logs_in_again = true});
  run(1s);
  ASSERT_EQ(swarm_->stats().errors, 3u);
  network_.settings.descriptors_max = 1000;
  run(8s);
  EXPECT_EQ(swarm_->stats().connected, 3u);
}

TEST_F(SwarmTest, KeepsTheCountsOfABotThatIsBack) {
  make({.players = 1, .logs_in_again = true});
  run(5s);
  const client::BotsStats before = swarm_->stats();
  server_.tell(1, wire::Goodbye{CloseReason::kicked, "out"});
  run(10s);
  EXPECT_GE(swarm_->stats().bytes_in, before.bytes_in);
  EXPECT_GE(swarm_->stats().bytes_out, before.bytes_out);
  EXPECT_GT(swarm_->stats().updates_in, before.updates_in);
}

TEST_F(SwarmTest, AnswersThePieceThatHasTheEntityIdOfALostBot) {
  make({.players = 2, .logs_in_again = true}, {.say_interval = 0s, .shout_interval = 0s});
  run(1s);
  server_.tell(2, wire::Goodbye{CloseReason::kicked, "out"});
  run(10s);
  const wire::Id lost = TinyServer::id_of(login_clients_[1]);
  server_.show<Kinds>(login_clients_[0], lost, {9, 6, 6}, Piece{.name = "Ada"});
  server_.tell(login_clients_[0], wire::CellSaid{0, 0, 9, "hello"});
  run(3s);
  EXPECT_EQ(says_, 1);
}

TEST_F(SwarmTest, DoesNotFloodAServerThatRefusesItsBots) {
  lets_in_ = false;
  network_.settings.refusals_percent = 100;
  make({.players = 10, .logs_in_again = true});
  run(75s);
  EXPECT_GE(swarm_->stats().errors, 30u) << "each bot has tried again";
  EXPECT_LE(swarm_->stats().errors, 60u);
  const std::uint64_t before = swarm_->stats().errors;
  run(600s);
  EXPECT_NEAR(static_cast<double>(swarm_->stats().errors - before), 100, 25) << "one try a minute";
  network_.settings.refusals_percent = 0;
  lets_in_ = true;
  run(80s);
  EXPECT_EQ(swarm_->stats().connected, 10u);
}

TEST_F(SwarmTest, SpreadsTheLoginsOfAllBotsAfterAnEndOfAll) {
  make({.players = 100, .logins_per_second = 20, .logs_in_again = true});
  run(6s);
  ASSERT_EQ(swarm_->stats().connected, 100u);
  for (TinyServer::Client client = 1; client <= 100; ++client)
    server_.tell(client, wire::Goodbye{CloseReason::server_stopping, "back soon"});
  run(6500ms);
  EXPECT_LE(names_.size(), 100u + 55u)
      << "20 in each second after the first wait, which is at least four seconds";
  run(10s);
  EXPECT_EQ(swarm_->stats().connected, 100u);
}

TEST_F(SwarmTest, LogsNoLostBotInAfterALogout) {
  make({.players = 2, .logs_in_again = true});
  run(1s);
  server_.tell(2, wire::Goodbye{CloseReason::kicked, "out"});
  run(1s);
  swarm_->log_out();
  run(100s);
  EXPECT_TRUE(swarm_->is_finished());
  EXPECT_EQ(names_.size(), 2u);
}

TEST_F(SwarmTest, LeavesRegularly) {
  make({.players = 5});
  run(1s);
  EXPECT_FALSE(swarm_->is_finished());
  swarm_->log_out();
  run(1s);
  EXPECT_TRUE(swarm_->is_finished());
  EXPECT_EQ(swarm_->stats().errors, 0u);
  EXPECT_EQ(server_.clients_open(), 0u);
}

TEST_F(SwarmTest, LeavesWithoutAnAnswerWhenNoneComesAndCountsThatAsErrors) {
  answers_logout_ = false;
  make({.players = 5});
  run(1s);
  swarm_->log_out();
  run(6s);
  EXPECT_TRUE(swarm_->is_finished());
  EXPECT_EQ(swarm_->stats().errors, 5u);
}

TEST_F(SwarmTest, LogsNoMoreBotsInAfterALogout) {
  make({.players = 100, .logins_per_second = 10});
  run(1s);
  const std::uint32_t started = swarm_->stats().started;
  swarm_->log_out();
  run(2s);
  EXPECT_EQ(swarm_->stats().started, started);
  EXPECT_TRUE(swarm_->is_finished());
}

TEST_F(SwarmTest, GrowsWhenMoreAreWanted) {
  make({.players = 5});
  run(1s);
  swarm_->set_players(8);
  EXPECT_FALSE(swarm_->have_all_logged_in());
  run(1s);
  EXPECT_EQ(swarm_->stats().connected, 8u);
  swarm_->set_players(2);
  run(1s);
  EXPECT_EQ(swarm_->stats().connected, 8u) << "no bot is logged out";
}

}  // namespace
}  // namespace madang::board

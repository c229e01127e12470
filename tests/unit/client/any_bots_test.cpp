// Bots of any game, with a server that does what a test tells it. What the board's bots do is tested in
// swarm_test.cpp, which shows most of AnyBots, too.
#include "madang/client/any_bots.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "board/packets.h"
#include "board/piece.h"
#include "board/rules.h"
#include "madang/wire/dispatch.h"
#include "unit/client/tiny_server.h"

namespace madang::client {
namespace {

/// What the bots of a test do.
struct ScoutPlan {
  Duration interval = 100ms;
  bool waits = false;  ///< a bot that has entered a world does not say when it acts
  std::string way;     ///< the world that a bot enters when it hears a shout; empty: none
  std::string name;    ///< of the bots; empty: they have the names that they have by default
  std::vector<std::string> events;
} scout_plan;

/// It follows the packets of the board.
class Scout final : public Bot<Scout, board::Board> {
 public:
  static constexpr std::array<std::string_view, 2> counters = {"acts", "moved"};
  static constexpr bool has_main_world = false;

  board::Entry entry() { return {.looks = board::Looks::rook}; }
  void on_entered() {
    note("enters");
    if (!scout_plan.waits) act_every(scout_plan.interval);
  }
  void on_left() { note("leaves"); }
  void act() {
    count("acts");
    send(board::Move{.direction = board::Direction::up, .client_time = client_time()});
  }
  void on(const board::Moved& moved) {
    count("moved");
    answered(moved.client_time);
  }
  void on_told(const Seen& by, const board::Moved&) { note(is_own(by) ? "tells itself" : "is told"); }
  std::string name(std::string_view prefix) {
    return scout_plan.name.empty() ? Bot::name(prefix) : scout_plan.name;
  }
  void on(const wire::Shouted&) {
    if (!scout_plan.way.empty()) {
      enter_world(scout_plan.way);
      return send(board::Move{});  // it is between two worlds now
    }
    act_every(scout_plan.interval);
  }

 private:
  void note(std::string_view what) {
    scout_plan.events.push_back(fmt::format("{} {} \"{}\"", number(), what, view().welcome().world));
  }
};

class AnyBotsTest : public testing::Test {
 protected:
  using Kinds = board::BoardParts::Entities;
  using ClientPackets = wire::Types<wire::Login, wire::EnterWorld, wire::Logout, wire::Ping, board::Move>;

  AnyBotsTest() {
    scout_plan = {};
    server_.on_frame = [this](TinyServer::Client client, const wire::Frame& frame) {
      wire::visit_packet(
          ClientPackets{}, frame,
          wire::Overloaded{[&](const wire::Login& login) {
                             worlds_.emplace_back(login.world);
                             names_.emplace_back(login.name);
                             entries_.emplace_back(as_text(login.entry));
                             if (is_full_)
                               server_.tell(client, wire::Goodbye{CloseReason::world_full, "full"});
                             else
                               let_in(client, login.world);
                           },
                           [&](const wire::EnterWorld& wish) {
                             worlds_.emplace_back(wish.world);
                             entries_.emplace_back(as_text(wish.entry));
                             enter_times_.push_back(network_.now());
                             if (is_full_)
                               server_.tell(client, wire::NotEntered{CloseReason::world_full});
                             else
                               let_in(client, wish.world);
                           },
                           [&](const board::Move& move) {
                             move_times_.push_back(network_.now());
                             server_.tell(client,
                                          board::Moved{move.client_time, 5, 5, board::MoveResult::too_soon});
                           },
                           [&](const wire::Logout&) {
                             server_.tell(client, wire::Goodbye{CloseReason::client_left, "bye"});
                           },
                           [](const auto&) {}});
    };
  }

  void let_in(TinyServer::Client client, std::string_view world) {
    server_.welcome(client, world);
    server_.begin_cell<Kinds>(client, board::Piece{.name = "you"});
  }
  void make(const BotsSettings& settings) {
    bots_ =
        std::make_unique<Bots<Scout>>(std::make_unique<io::SimPort>(network_), server_.address(), settings);
  }
  void run(Duration duration) {
    const Time end = network_.now() + duration;
    while (network_.now() < end) {
      server_.turn();
      bots_->turn(Duration::zero());
      network_.advance(end);
    }
  }

  io::SimNetwork network_;
  TinyServer server_{network_};
  std::unique_ptr<Bots<Scout>> bots_;
  bool is_full_ = false;
  std::vector<std::string> names_;    // of each login
  std::vector<std::string> worlds_;   // that a bot has asked for
  std::vector<std::string> entries_;  // likewise
  std::vector<Time> enter_times_;
  std::vector<Time> move_times_;
};

TEST_F(AnyBotsTest, ActAtTheirIntervalWithTheirEntryAndCount) {
  make({.players = 1});
  run(2050ms);
  EXPECT_NEAR(static_cast<double>(bots_->counted("acts")), 20, 1);
  EXPECT_NEAR(static_cast<double>(bots_->counted("moved")), 20, 2);
  EXPECT_EQ(bots_->delays().count(), bots_->counted("moved"));
  EXPECT_EQ(bots_->stats().counted, (std::vector{bots_->counted("acts"), bots_->counted("moved")}));
  EXPECT_EQ(entries_, std::vector<std::string>{std::string(1, static_cast<char>(board::Looks::rook))});
  EXPECT_EQ(bots_->stats().violations, 0u) << bots_->findings().texts().front();
}

TEST_F(AnyBotsTest, WithoutAnIntervalTheyDoNothingUntilTheyHaveOne) {
  scout_plan.interval = 0ms;
  make({.players = 3});
  run(2s);
  EXPECT_EQ(bots_->counted("acts"), 0u);
  scout_plan.interval = 100ms;
  server_.tell(2, wire::Shouted{});
  server_.tell(2, wire::Shouted{});  // it is one appointment all the same
  run(1s);
  EXPECT_NEAR(static_cast<double>(bots_->counted("acts")), 10, 2);
  scout_plan.interval = 500ms;
  server_.tell(2, wire::Shouted{});
  run(2s);
  EXPECT_NEAR(static_cast<double>(bots_->counted("acts")), 14, 3);
  scout_plan.interval = 0ms;
  server_.tell(2, wire::Shouted{});
  run(500ms);
  const std::uint64_t acts = bots_->counted("acts");
  run(2s);
  EXPECT_EQ(bots_->counted("acts"), acts);
}

TEST_F(AnyBotsTest, ActOnceAfterAPauseInWhichTheyMissedTurns) {
  make({.players = 10});
  run(1s);
  const Time end = network_.now() + 950ms;
  while (network_.now() < end) network_.advance(end);  // nobody takes a turn
  const std::uint64_t acts = bots_->counted("acts");
  bots_->turn(0ms);
  EXPECT_EQ(bots_->counted("acts") - acts, 10u);
}

TEST_F(AnyBotsTest, ACounterThatTheGameHasNotIsAMistakeOfItsAuthor) {
  make({.players = 1});
  EXPECT_DEATH(bots_->counted("jumps"), "the bots have no counter .jumps.");
}

TEST_F(AnyBotsTest, ShareTheRooms) {
  make({.players = 5, .room_of = 2});
  run(1s);
  std::ranges::sort(worlds_);  // the network has its own order
  EXPECT_EQ(worlds_, (std::vector<std::string>{"room 1", "room 1", "room 2", "room 2", "room 3"}));
}

TEST_F(AnyBotsTest, GoToAnotherRoomThanTheOneInWhichTheyAre) {
  make({.players = 2, .room_of = 1, .room_stay = 1s});
  run(30s);
  EXPECT_GT(bots_->stats().worlds_entered, 30u);
  EXPECT_EQ(bots_->stats().connected, 2u);
  EXPECT_EQ(bots_->stats().violations, 0u);
  // A bot leaves the one room before it enters the other one.
  std::vector<std::string> of_first;
  for (const std::string& event : scout_plan.events)
    if (event.front() == '0') of_first.push_back(event);
  ASSERT_GT(of_first.size(), 10u);
  for (std::size_t i = 0; i < of_first.size(); ++i) {
    const std::string_view room = (i / 2) % 2 == 0 ? "room 1" : "room 2";
    EXPECT_EQ(of_first[i], fmt::format("0 {} \"{}\"", i % 2 == 0 ? "enters" : "leaves", room));
  }
}

TEST_F(AnyBotsTest, StayInTheOnlyRoom) {
  make({.players = 2, .room_of = 2, .room_stay = 1s});
  run(20s);
  EXPECT_EQ(bots_->stats().worlds_entered, 0u);
}

TEST_F(AnyBotsTest, AskForAnotherRoomAfterSomeTimeIfOneDoesNotLetThemIn) {
  make({.players = 2, .room_of = 1, .room_stay = 1s});
  run(500ms);
  is_full_ = true;
  run(12s);
  EXPECT_EQ(bots_->stats().connected, 0u);
  EXPECT_GT(bots_->stats().worlds_refused, 8u);
  EXPECT_LE(bots_->stats().worlds_refused, 26u) << "once in 1 to 2 s";
  EXPECT_EQ(bots_->stats().errors, 0u);
  const std::uint64_t acts = bots_->counted("acts");
  run(2s);
  EXPECT_EQ(bots_->counted("acts"), acts) << "in no world they do not act";
  is_full_ = false;
  run(3s);
  EXPECT_EQ(bots_->stats().connected, 2u);
  EXPECT_GT(bots_->counted("acts"), acts);
}

TEST_F(AnyBotsTest, ThatDoNotActAskForAnotherRoomAllTheSame) {
  make({.players = 2, .room_of = 1, .room_stay = 1s});
  run(500ms);
  is_full_ = true;
  run(5s);
  scout_plan.interval = 0ms;  // it does not act in the next room
  is_full_ = false;
  run(3s);
  ASSERT_EQ(bots_->stats().connected, 2u);
  const std::uint64_t refused = bots_->stats().worlds_refused;
  server_.tell(1, wire::NotEntered{CloseReason::world_full});
  is_full_ = true;
  run(10s);
  EXPECT_GT(bots_->stats().worlds_refused, refused + 3);
  is_full_ = false;
  run(3s);
  EXPECT_EQ(bots_->stats().connected, 2u);
}

TEST_F(AnyBotsTest, AFullRoomAtTheLoginIsNoErrorAndTheyTryAnother) {
  is_full_ = true;
  make({.players = 3, .room_of = 1});
  run(5s);
  EXPECT_TRUE(bots_->have_all_logged_in());
  EXPECT_EQ(bots_->stats().errors, 0u);
  EXPECT_GT(bots_->stats().worlds_refused, 6u);
  EXPECT_EQ(bots_->first_failure(), nullptr);
  is_full_ = false;
  run(3s);
  EXPECT_EQ(bots_->stats().connected, 3u);
}

TEST_F(AnyBotsTest, AFullMainWorldIsAnError) {
  is_full_ = true;
  make({.players = 3});
  run(5s);
  EXPECT_EQ(bots_->stats().errors, 3u);
  EXPECT_EQ(worlds_.size(), 3u) << "they do not come back";
}

TEST_F(AnyBotsTest, LeaveTheirWorldWhenTheirConnectionEnds) {
  make({.players = 1});
  run(500ms);
  server_.tell(1, wire::Goodbye{CloseReason::kicked, "out"});
  run(1s);
  EXPECT_EQ(scout_plan.events, (std::vector<std::string>{"0 enters \"\"", "0 leaves \"\""}));
  EXPECT_EQ(bots_->stats().connected, 0u);
}

TEST_F(AnyBotsTest, EnterTheWorldThatTheGameWants) {
  make({.players = 1});
  run(500ms);
  scout_plan.way = "tea";
  server_.tell(1, wire::Shouted{});
  server_.tell(1, wire::Shouted{});  // it is on its way
  run(500ms);
  EXPECT_EQ(worlds_, (std::vector<std::string>{"", "tea"}));
  EXPECT_EQ(scout_plan.events,
            (std::vector<std::string>{"0 enters \"\"", "0 leaves \"\"", "0 enters \"tea\""}));
  EXPECT_EQ(bots_->stats().connected, 1u);
  const std::uint64_t acts = bots_->counted("acts");
  run(1s);
  EXPECT_NEAR(static_cast<double>(bots_->counted("acts") - acts), 10, 2);
}

TEST_F(AnyBotsTest, DoNotActInAnotherWorldUntilTheySayWhen) {
  make({.players = 1});
  run(500ms);
  scout_plan.waits = true;
  scout_plan.way = "tea";
  const std::uint64_t before = bots_->counted("acts");
  server_.tell(1, wire::Shouted{});
  run(500ms);
  const std::uint64_t acts = bots_->counted("acts");
  EXPECT_LE(acts - before, 1u);
  EXPECT_EQ(move_times_.size(), acts) << "it has sent something between two worlds";
  run(2s);
  EXPECT_EQ(bots_->counted("acts"), acts);
  scout_plan.way.clear();
  server_.tell(1, wire::Shouted{});
  run(1s);
  EXPECT_NEAR(static_cast<double>(bots_->counted("acts") - acts), 10, 2);
}

TEST_F(AnyBotsTest, GoBackToTheMainWorldIfTheWorldThatTheGameWantsDoesNotLetThemIn) {
  make({.players = 1});
  run(500ms);
  scout_plan.way = "tea";
  is_full_ = true;
  server_.tell(1, wire::Shouted{});
  run(500ms);
  is_full_ = false;
  run(3s);
  EXPECT_EQ(worlds_, (std::vector<std::string>{"", "tea", ""}));
  EXPECT_EQ(bots_->stats().connected, 1u);
}

TEST_F(AnyBotsTest, ComeBackToTheWorldInWhichTheyWere) {
  make({.players = 1, .logs_in_again = true});
  run(500ms);
  scout_plan.way = "tea";
  server_.tell(1, wire::Shouted{});
  run(500ms);
  server_.close(1, io::CloseMode::reset);
  run(10s);
  EXPECT_EQ(worlds_, (std::vector<std::string>{"", "tea", "tea"}));
  EXPECT_EQ(names_, (std::vector<std::string>{"bot1", "bot1"}));
  EXPECT_EQ(bots_->stats().connected, 1u);
  EXPECT_EQ(bots_->stats().errors, 1u);
}

TEST_F(AnyBotsTest, HaveANameOfTheGame) {
  scout_plan.name = "Ann";
  make({.players = 1, .name_prefix = "x"});
  run(500ms);
  EXPECT_EQ(names_, std::vector<std::string>{"Ann"});
}

TEST_F(AnyBotsTest, HearWhatAnEntityInSightTells) {
  scout_plan.interval = 0ms;
  make({.players = 1});
  run(500ms);
  server_.show<Kinds>(1, TinyServer::id_of(7), {7, 6, 6}, board::Piece{.name = "Ada"});
  Buffer packet;
  wire::append(packet, board::Moved{});
  scout_plan.events.clear();
  for (const wire::CellAlias alias : {wire::CellAlias{1}, wire::CellAlias{7}, wire::alias_of_cell})
    server_.tell(1, wire::CellTold{0, 0, alias, packet.bytes()});
  run(500ms);
  EXPECT_EQ(scout_plan.events, (std::vector<std::string>{"0 tells itself \"\"", "0 is told \"\""}));
  EXPECT_EQ(bots_->counted("moved"), 0u) << "it is no answer to the bot";
  EXPECT_EQ(bots_->stats().violations, 0u);
}

TEST_F(AnyBotsTest, StandStillAndSendNothingAfterTheyHaveLoggedOut) {
  make({.players = 2});
  run(1s);
  bots_->stand_still(true);
  run(500ms);
  const std::uint64_t acts = bots_->counted("acts");
  run(2s);
  EXPECT_EQ(bots_->counted("acts"), acts);
  bots_->stand_still(false);
  run(1s);
  EXPECT_GT(bots_->counted("acts"), acts);
  bots_->log_out();
  run(1s);
  EXPECT_TRUE(bots_->is_finished());
  EXPECT_EQ(bots_->stats().errors, 0u);
}

}  // namespace
}  // namespace madang::client

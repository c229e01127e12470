// Many worlds in one server: made for a login, entered on one connection after another, ended when they are
// empty, closed alone when their rules throw.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "unit/net/dots.h"

namespace madang::net {
namespace {

constexpr std::uint32_t room_dots_max = 2;

Limits few_limits() {
  Limits limits;
  limits.worlds_max = 4;
  limits.worlds_per_address_max = 2;
  limits.empty_world_s = 2;
  limits.enter_world_budget = {.burst = 3, .interval_ms = 1'000};
  return limits;
}

class GatewayWorldsTest : public DotsTest {
 protected:
  explicit GatewayWorldsTest(const Limits& limits = few_limits()) : DotsTest(limits) {
    runners_.set_maker([](std::string_view name, std::uint64_t number) -> std::unique_ptr<world::AnyWorld> {
      if (name == "nowhere") return nullptr;
      return make_dots(number, room_dots_max);
    });
    gateway_.set_characters([](const Session& session, std::string_view name) {
      return name == "dot" ? CharacterId{session.id().value}
                           : CharacterId{static_cast<std::uint64_t>(name[0])};
    });
  }

  void log_in_to(std::uint32_t client, std::string_view world, std::string_view name = "dot") {
    enter(client, 7, 2, world, name);
  }
  void enter_world(std::uint32_t client, std::string_view world, std::uint16_t colour = 7) {
    std::byte entry[2]{};
    store(entry, colour);
    say(client, wire::EnterWorld{world, Bytes(entry)});
    for (int i = 0; i < 4; ++i) tick();
  }
  template <class Packet>
  std::vector<Packet> all(std::uint32_t client) const {
    std::vector<Packet> found;
    Bytes rest = as_bytes(port_->sent[client]);
    while (const auto frame = wire::next_frame(rest))
      if (frame->opcode == wire::opcode_of<Packet>) found.push_back(*wire::decode<Packet>(frame->body));
    EXPECT_TRUE(rest.empty());
    return found;
  }
  /// Returns the name of the world of the last Welcome.
  std::optional<std::string> world_of(std::uint32_t client) const {
    const auto welcomes = all<wire::Welcome>(client);
    return welcomes.empty() ? std::nullopt : std::optional(std::string(welcomes.back().world));
  }
  std::size_t count(std::uint32_t client, std::uint16_t opcode) const {
    return static_cast<std::size_t>(std::ranges::count(opcodes(client), opcode));
  }
  std::uint32_t dots_in(std::string_view world) const {
    const HostedWorld* found = runner_.find(world);
    return found ? found->world().registry().size() : 0;
  }
  void run_seconds(int seconds) {
    for (int i = 0; i < seconds * 20 + 2; ++i) tick();
  }
  static constexpr std::uint16_t own_dot = 258;
  static constexpr std::uint16_t dot_enters = 256;
};

TEST_F(GatewayWorldsTest, ALoginNamesItsWorldWhichIsMadeForIt) {
  log_in_to(0, "");
  log_in_to(1, "tea");
  log_in_to(2, "tea");
  EXPECT_EQ(world_of(0), "");
  EXPECT_EQ(world_of(1), "tea");
  EXPECT_EQ(world_of(2), "tea");
  EXPECT_EQ(dots_in(""), 1u);
  EXPECT_EQ(dots_in("tea"), 2u);
  EXPECT_EQ(runners_.totals().worlds, 2u);
  EXPECT_EQ(runners_.totals().worlds_made, 1u);
  EXPECT_EQ(runners_.totals().players, 3u);
  EXPECT_EQ(count(0, dot_enters), 1u) << "who is in the main world sees nobody of the room";
  EXPECT_EQ(count(1, dot_enters), 2u);
}

TEST_F(GatewayWorldsTest, AWorldThatIsNotThereRefusesALogin) {
  log_in_to(0, "nowhere");
  EXPECT_EQ(goodbye(0), CloseReason::no_such_world);
  EXPECT_EQ(runners_.totals().worlds, 1u);
  EXPECT_EQ(runners_.totals().players, 0u);
  runners_.set_maker({});
  log_in_to(1, "tea");
  EXPECT_EQ(goodbye(1), CloseReason::no_such_world);
}

TEST_F(GatewayWorldsTest, TheNameOfAWorldIsCheckedLikeThatOfAPlayer) {
  log_in_to(0, "two\nlines");
  EXPECT_EQ(goodbye(0), CloseReason::bad_name);
  log_in_to(1, std::string(33, 'a'));
  EXPECT_EQ(goodbye(1), CloseReason::bad_name);
  log_in_to(2, std::string(32, 'a'));
  EXPECT_EQ(world_of(2), std::string(32, 'a'));
  enter_world(2, "\x01");
  EXPECT_EQ(goodbye(2), CloseReason::bad_name);
}

TEST_F(GatewayWorldsTest, ThereAreNoMoreWorldsThanAllowed) {
  for (std::uint32_t i = 0; i < 4; ++i) log_in_to(i, "room " + std::to_string(i));
  EXPECT_EQ(goodbye(3), CloseReason::too_many_worlds);
  EXPECT_EQ(runners_.totals().worlds, 4u);
  log_in_to(4, "room 0");
  EXPECT_EQ(world_of(4), "room 0") << "a world that is there already is no further one";
}

TEST_F(GatewayWorldsTest, OneAddressMakesOnlySomeOfTheWorlds) {
  const auto connect_from = [&](std::uint8_t last_byte) {
    port_->peer = io::Address::v4(203, 0, 113, last_byte, 1000);
  };
  connect_from(1);
  log_in_to(0, "room 0");
  log_in_to(1, "room 1");
  log_in_to(2, "room 2");
  EXPECT_EQ(goodbye(2), CloseReason::too_many_worlds) << "worlds_per_address_max is 2";
  log_in_to(3, "room 1");
  EXPECT_EQ(world_of(3), "room 1") << "it is there already";
  connect_from(2);
  log_in_to(4, "room 2");
  EXPECT_EQ(world_of(4), "room 2") << "another address has worlds of its own";
  connect_from(1);
  say(0, wire::Logout{});
  run_seconds(3);
  EXPECT_EQ(runners_[0].find("room 0"), nullptr);
  log_in_to(5, "room 3");
  EXPECT_EQ(world_of(5), "room 3") << "a world that has ended does not count";
  log_in_to(6, "room 4");
  EXPECT_EQ(goodbye(6), CloseReason::too_many_worlds);
}

TEST_F(GatewayWorldsTest, ASessionGoesToAnotherWorldOnItsConnection) {
  log_in_to(0, "");
  log_in_to(1, "");
  enter_world(0, "tea");
  EXPECT_EQ(world_of(0), "tea");
  EXPECT_EQ(dots_in(""), 1u);
  EXPECT_EQ(dots_in("tea"), 1u);
  EXPECT_EQ(goodbye(0), std::nullopt);
  EXPECT_EQ(runners_.totals().players, 2u);
  EXPECT_NE(all<wire::Welcome>(0)[0].entity, all<wire::Welcome>(0)[1].entity);
  port_->sent[0].clear();
  port_->sent[1].clear();
  say(0, Poke{Dots::count});
  say(1, Poke{Dots::count});
  tick();
  EXPECT_EQ(opcodes(0), std::vector<std::uint16_t>{own_dot}) << "it acts in its new world";
  EXPECT_EQ(opcodes(1), std::vector<std::uint16_t>{own_dot});
  enter_world(0, "");
  EXPECT_EQ(world_of(0), "");
  EXPECT_EQ(dots_in("tea"), 0u);
  EXPECT_EQ(dots_in(""), 2u);
  EXPECT_EQ(count(1, dot_enters), 1u) << "who stayed sees it come back";
}

TEST_F(GatewayWorldsTest, WhatASessionSaysBetweenTwoWorldsHasNoEffect) {
  log_in_to(0, "");
  say(0, wire::EnterWorld{"tea", as_bytes(std::string_view("\7\0", 2))});
  turn();
  say(0, Poke{Dots::throws});
  say(0, wire::Say{"is anybody there?"});
  say(0, wire::Ping{5});
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(goodbye(0), std::nullopt);
  EXPECT_EQ(world_of(0), "tea");
  EXPECT_TRUE(world().broken().empty());
  EXPECT_EQ(all<wire::Pong>(0).size(), 1u);
  EXPECT_TRUE(all<wire::CellSaid>(0).empty());
}

TEST_F(GatewayWorldsTest, ASecondEnterWorldBeforeTheAnswerIsAFault) {
  log_in_to(0, "");
  const auto entry = as_bytes(std::string_view("\7\0", 2));
  say(0, wire::EnterWorld{"tea", entry});
  say(0, wire::EnterWorld{"cake", entry});
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(goodbye(0), CloseReason::wrong_state);
  EXPECT_EQ(runners_.totals().players, 0u);
  EXPECT_EQ(dots_in("") + dots_in("tea") + dots_in("cake"), 0u);
}

TEST_F(GatewayWorldsTest, BeforeTheLoginThereIsNoWorldToChange) {
  port_->connect();
  turn();
  say(0, wire::EnterWorld{"tea", {}});
  turn();
  EXPECT_EQ(goodbye(0), CloseReason::wrong_state);
}

TEST_F(GatewayWorldsTest, WhoIsNotLetInStaysConnectedAndMayTryElsewhere) {
  for (std::uint32_t i = 0; i < room_dots_max; ++i) log_in_to(i, "tea");
  log_in_to(2, "");
  enter_world(2, "tea");
  ASSERT_EQ(all<wire::NotEntered>(2).size(), 1u);
  EXPECT_EQ(all<wire::NotEntered>(2)[0].reason, CloseReason::world_full);
  EXPECT_EQ(goodbye(2), std::nullopt);
  EXPECT_EQ(dots_in(""), 0u);
  say(2, Poke{Dots::throws});
  say(2, wire::Say{"hello?"});
  enter_world(2, "nowhere");
  ASSERT_EQ(all<wire::NotEntered>(2).size(), 2u);
  EXPECT_EQ(all<wire::NotEntered>(2)[1].reason, CloseReason::no_such_world);
  enter_world(2, "");
  EXPECT_EQ(world_of(2), "");
  EXPECT_EQ(dots_in(""), 1u);
  EXPECT_EQ(all<wire::Welcome>(2).size(), 2u);
}

TEST_F(GatewayWorldsTest, AGameMayRefuseWhoComesFromAnotherWorld) {
  log_in_to(0, "");
  enter_world(0, "tea", 0);
  ASSERT_EQ(all<wire::NotEntered>(0).size(), 1u);
  EXPECT_EQ(all<wire::NotEntered>(0)[0].reason, CloseReason::bad_name);
  say(0, wire::Logout{});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(goodbye(0), CloseReason::client_left) << "also who is nowhere may leave";
  EXPECT_EQ(runners_.totals().players, 0u);
}

TEST_F(GatewayWorldsTest, AnEntryThatIsNotTheGamesIsNotEnteredEither) {
  log_in_to(0, "");
  say(0, wire::EnterWorld{"tea", as_bytes("x")});
  for (int i = 0; i < 4; ++i) tick();
  ASSERT_EQ(all<wire::NotEntered>(0).size(), 1u);
  EXPECT_EQ(all<wire::NotEntered>(0)[0].reason, CloseReason::bad_packet);
}

TEST_F(GatewayWorldsTest, WhoChangesWorldsTooOftenIsFlooding) {
  log_in_to(0, "");
  const auto entry = as_bytes(std::string_view("\7\0", 2));
  for (int i = 0; i < 4 && !goodbye(0); ++i) {
    say(0, wire::EnterWorld{i % 2 ? "" : "tea", entry});
    for (int k = 0; k < 4; ++k) tick();
    port_->clock -= 4 * 50ms;  // all of them come at once
    due_ -= 4 * 50ms;
  }
  EXPECT_EQ(all<wire::Welcome>(0).size(), 4u);
  EXPECT_EQ(goodbye(0), CloseReason::flooding);
}

TEST_F(GatewayWorldsTest, AWorldWithoutPlayersEndsAndItsNameIsFree) {
  log_in_to(0, "tea");
  const wire::Id first = all<wire::Welcome>(0)[0].entity;
  say(0, wire::Logout{});
  for (int i = 0; i < 20; ++i) tick();
  EXPECT_EQ(runners_.totals().worlds, 2u) << "not at once: the player may come back";
  run_seconds(2);
  EXPECT_EQ(runners_.totals().worlds, 1u);
  EXPECT_EQ(runners_.totals().worlds_ended, 1u);
  EXPECT_EQ(runner_.find("tea"), nullptr);
  log_in_to(1, "tea");
  EXPECT_EQ(world_of(1), "tea");
  EXPECT_NE(all<wire::Welcome>(1)[0].entity, first) << "no id is ever used again";
  run_seconds(5);
  EXPECT_EQ(runners_.totals().worlds, 2u) << "a world with a player goes on";
  EXPECT_EQ(runners_.totals().worlds_ended, 1u);
}

TEST_F(GatewayWorldsTest, TheMainWorldNeverEnds) {
  run_seconds(10);
  EXPECT_EQ(runners_.totals().worlds, 1u);
  ASSERT_TRUE(runner_.ask_to_end(""));
  log_in_to(0, "");
  tick();
  EXPECT_EQ(world_of(0), "");
  EXPECT_EQ(goodbye(0), std::nullopt);
}

TEST_F(GatewayWorldsTest, TheOperatorEndsAWorldAndItsPlayersAreTold) {
  log_in_to(0, "");
  log_in_to(1, "tea");
  log_in_to(2, "tea");
  ASSERT_TRUE(runner_.ask_to_end("tea"));
  ASSERT_TRUE(runner_.ask_to_end("cake")) << "no such world: nothing happens";
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(goodbye(0), std::nullopt);
  EXPECT_EQ(goodbye(1), CloseReason::world_ended);
  EXPECT_EQ(goodbye(2), CloseReason::world_ended);
  EXPECT_EQ(runners_.totals().worlds, 1u);
  EXPECT_EQ(runners_.totals().players, 1u);
  EXPECT_EQ(runners_.whereabouts().size(), 1u);
}

TEST_F(GatewayWorldsTest, APlayerOfAWorldThatEndsIsNoPlayerFromThatTickOn) {
  log_in_to(0, "tea");
  log_in_to(1, "");
  ASSERT_TRUE(runner_.ask_to_end("tea"));
  tick_runner();
  EXPECT_EQ(runners_.totals().players, 1u);
}

TEST_F(GatewayWorldsTest, AWorldWhoseRulesThrowIsClosedAloneAndTheOthersGoOn) {
  log_in_to(0, "");
  log_in_to(1, "tea");
  log_in_to(2, "cake");
  say(1, Poke{Dots::throws});
  say(2, Poke{Dots::count});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(goodbye(0), std::nullopt);
  EXPECT_EQ(goodbye(1), CloseReason::world_closed);
  EXPECT_EQ(goodbye(2), std::nullopt);
  EXPECT_EQ(count(2, own_dot), 2u);
  EXPECT_EQ(runners_.totals().worlds_broken, 1u);
  EXPECT_EQ(runners_.totals().players, 2u);
  enter_world(0, "tea");
  ASSERT_EQ(all<wire::NotEntered>(0).size(), 1u);
  EXPECT_EQ(all<wire::NotEntered>(0)[0].reason, CloseReason::world_closed);
  run_seconds(3);
  log_in_to(3, "tea");
  EXPECT_EQ(world_of(3), "tea") << "a new world of this name, when the broken one has ended";
}

TEST_F(GatewayWorldsTest, ACharacterIsNeverInTwoWorlds) {
  log_in_to(0, "tea", "anna");
  log_in_to(1, "", "anna");
  EXPECT_EQ(goodbye(0), CloseReason::replaced);
  EXPECT_EQ(world_of(1), "tea") << "the character is there, whatever the login asks for";
  EXPECT_EQ(dots_in("tea"), 1u);
  EXPECT_EQ(dots_in(""), 0u);
  enter_world(1, "");
  EXPECT_EQ(dots_in("tea"), 0u);
  EXPECT_EQ(dots_in(""), 1u);
  EXPECT_EQ(runners_.whereabouts().find(CharacterId{'a'}), "");
  say(1, wire::Logout{});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(runners_.whereabouts().size(), 0u);
  log_in_to(2, "cake", "anna");
  EXPECT_EQ(world_of(2), "cake");
}

TEST_F(GatewayWorldsTest, OfTwoLoginsToTwoWorldsAtOnceTheLastOneWins) {
  for (int i = 0; i < 2; ++i) {
    port_->connect();
    turn();
  }
  const auto entry = as_bytes(std::string_view("\7\0", 2));
  say(0, wire::Login{world::game_info<Dots>.protocol.schema, "anna", "tea", entry});
  say(1, wire::Login{world::game_info<Dots>.protocol.schema, "anna", "cake", entry});
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(goodbye(0), CloseReason::replaced);
  EXPECT_EQ(world_of(1), "tea") << "where the first one has brought the character";
  EXPECT_EQ(dots_in("tea") + dots_in("cake"), 1u);
}

TEST_F(GatewayWorldsTest, WhoIsReplacedBetweenTwoWorldsIsToldSo) {
  log_in_to(0, "", "anna");
  port_->connect();
  turn();
  const auto entry = as_bytes(std::string_view("\7\0", 2));
  say(0, wire::EnterWorld{"tea", entry});
  turn();
  tick_runner();  // the character has left
  say(1, wire::Login{world::game_info<Dots>.protocol.schema, "anna", "cake", entry});
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(goodbye(0), CloseReason::replaced);
  EXPECT_EQ(world_of(1), "cake");
  EXPECT_EQ(dots_in("") + dots_in("tea") + dots_in("cake"), 1u);
  EXPECT_EQ(runners_.totals().players, 1u);
}

TEST_F(GatewayWorldsTest, WhoIsRefusedIsNowhere) {
  for (std::uint32_t i = 0; i < room_dots_max; ++i) log_in_to(i, "tea");
  log_in_to(2, "tea", "anna");
  EXPECT_EQ(goodbye(2), CloseReason::world_full);
  EXPECT_EQ(runners_.whereabouts().find(CharacterId{'a'}), std::nullopt);
  log_in_to(3, "", "anna");
  EXPECT_EQ(world_of(3), "");
}

TEST_F(GatewayWorldsTest, ASessionThatEndsBetweenTwoWorldsIsInNeither) {
  for (const int ticks_before_the_end : {0, 1, 2, 3}) {
    const auto client = static_cast<std::uint32_t>(ticks_before_the_end);
    log_in_to(client, "");
    say(client, wire::EnterWorld{"tea", as_bytes(std::string_view("\7\0", 2))});
    turn();
    for (int i = 0; i < ticks_before_the_end; ++i) tick();
    say(client, wire::Logout{});
    for (int i = 0; i < 4; ++i) tick();
    EXPECT_EQ(dots_in("") + dots_in("tea"), 0u) << ticks_before_the_end;
    EXPECT_EQ(runners_.totals().players, 0u) << ticks_before_the_end;
    EXPECT_EQ(runners_.whereabouts().size(), 0u) << ticks_before_the_end;
  }
}

TEST_F(GatewayWorldsTest, WhoLogsInAndOutBetweenTwoTicksIsNowhere) {
  port_->connect();
  turn();
  const auto entry = as_bytes(std::string_view("\7\0", 2));
  say(0, wire::Login{world::game_info<Dots>.protocol.schema, "anna", "tea", entry});
  say(0, wire::Logout{});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(runners_.totals().players, 0u);
  EXPECT_EQ(runners_.whereabouts().size(), 0u);
  log_in_to(1, "cake", "anna");
  EXPECT_EQ(world_of(1), "cake");
}

Limits limits_with_a_short_queue() {
  Limits limits = few_limits();
  limits.command_queue_max = 2;
  return limits;
}

class GatewayShortQueueTest : public GatewayWorldsTest {
 protected:
  GatewayShortQueueTest() : GatewayWorldsTest(limits_with_a_short_queue()) {}
};

TEST_F(GatewayShortQueueTest, ASessionThatHasEndedWhenItsCharacterDepartsLeavesNothing) {
  log_in_to(0, "tea", "anna");
  log_in_to(1, "", "boris");
  say(0, wire::EnterWorld{"cake", as_bytes(std::string_view("\7\0", 2))});
  turn();
  say(1, Poke{Dots::count});
  turn();
  say(0, wire::Logout{});  // the queue is full: the runner hears of it after the departure
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(runners_.whereabouts().size(), 1u) << "only the other one";
  EXPECT_EQ(runners_.totals().players, 1u);
  log_in_to(2, "cake", "anna");
  EXPECT_EQ(world_of(2), "cake");
}

TEST_F(GatewayWorldsTest, AShoutStaysInItsWorld) {
  log_in_to(0, "");
  log_in_to(1, "tea");
  log_in_to(2, "tea");
  say(1, wire::Shout{"tea is ready"});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_TRUE(all<wire::Shouted>(0).empty());
  EXPECT_EQ(all<wire::Shouted>(1).size(), 1u);
  EXPECT_EQ(all<wire::Shouted>(2).size(), 1u);
  const auto lines = runners_.chat().after(0);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].world, "tea");
}

TEST_F(GatewayWorldsTest, WhoSpeaksBeforeItSeesItsCellsHearsItselfAllTheSame) {
  port_->connect();
  turn();
  say(0, wire::Login{world::game_info<Dots>.protocol.schema, "dot", "tea",
                     as_bytes(std::string_view("\7\0", 2))});
  tick();
  ASSERT_EQ(world_of(0), "tea");
  say(0, wire::Say{"hello"});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(all<wire::CellSaid>(0).size(), 1u);
}

TEST_F(GatewayWorldsTest, WhoComesFromAnotherWorldAndSpeaksAtOnceHearsItselfToo) {
  log_in_to(0, "");
  say(0, wire::EnterWorld{"tea", as_bytes(std::string_view("\7\0", 2))});
  for (int i = 0; i < 4 && world_of(0) != "tea"; ++i) tick();
  ASSERT_EQ(world_of(0), "tea");
  say(0, wire::Say{"hello"});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(all<wire::CellSaid>(0).size(), 1u);
}

TEST_F(GatewayWorldsTest, WordsForOneWorldAreNotSaidInTheNext) {
  port_->connect();
  turn();
  const auto entry = as_bytes(std::string_view("\7\0", 2));
  say(0, wire::Login{world::game_info<Dots>.protocol.schema, "dot", "tea", entry});
  tick();
  ASSERT_EQ(world_of(0), "tea");
  say(0, wire::Say{"for tea alone"});  // waits until its cells are seen
  say(0, wire::EnterWorld{"cake", entry});
  for (int i = 0; i < 5; ++i) tick();
  ASSERT_EQ(world_of(0), "cake");
  EXPECT_TRUE(all<wire::CellSaid>(0).empty());
  EXPECT_TRUE(runners_.chat().after(0).empty());
}

TEST_F(GatewayWorldsTest, AnAnnouncementReachesAllWorldsAndWhoIsNowhere) {
  log_in_to(0, "");
  log_in_to(1, "tea");
  log_in_to(2, "");
  enter_world(2, "nowhere");
  gateway_.announce("soon");
  for (int i = 0; i < 2; ++i) tick();
  for (std::uint32_t client = 0; client < 3; ++client)
    EXPECT_EQ(all<wire::Announced>(client).size(), 1u) << client;
}

TEST_F(GatewayWorldsTest, ALateWorkerLosesNobodyWhoChangesItsWorld) {
  log_in_to(0, "tea");
  log_in_to(1, "tea");
  say(0, wire::EnterWorld{"cake", as_bytes(std::string_view("\7\0", 2))});
  say(1, Poke{Dots::leaves});
  turn();
  for (std::uint32_t i = 0; i <= limits_.tick_queue_max + 1; ++i) {  // the worker stands still
    port_->clock += 50ms;
    due_ = runner_.turn(port_->clock);
    Request request;
    request.kind = world::Input::Kind::shout;
    request.session = worker_.at(0).id();
    request.character = CharacterId{worker_.at(0).id().value};
    request.body = "\3dot\2hi";
    ASSERT_TRUE(runner_.requests().push(std::move(request)));  // so that each tick has something to tell
  }
  ASSERT_GT(runners_.totals().ticks_merged, 0u);
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(world_of(0), "cake");
  EXPECT_EQ(goodbye(1), CloseReason::left_world);
  EXPECT_EQ(dots_in("tea"), 0u);
  EXPECT_EQ(dots_in("cake"), 1u);
  EXPECT_EQ(gateway_.fan_out().watched_cell_count(), 4u) << "all cells of its room, and no other";
}

/// A counter never falls, also when worlds end. A gauge is of the worlds that run.
TEST_F(GatewayWorldsTest, TheMetricsOfTheGameAreSumsOfAllWorlds) {
  using Sums = std::vector<std::uint64_t>;
  EXPECT_EQ(runners_.metrics(), (Sums{0, 0}));
  log_in_to(0, "");
  log_in_to(1, "tea");
  log_in_to(2, "tea");
  log_in_to(3, "cake");
  run_seconds(1);
  EXPECT_EQ(runners_.metrics(), (Sums{4, 21}));
  ASSERT_TRUE(runner_.ask_to_end("tea"));
  run_seconds(1);
  EXPECT_EQ(runners_.metrics(), (Sums{4, 14}));
  log_in_to(4, "tea");
  run_seconds(1);
  EXPECT_EQ(runners_.metrics(), (Sums{5, 21})) << "it is another world";
  ASSERT_TRUE(runner_.ask_to_end("tea"));
  ASSERT_TRUE(runner_.ask_to_end("cake"));
  run_seconds(1);
  EXPECT_EQ(runners_.metrics(), (Sums{5, 7})) << "what has ended counts once";

  const world::GameInfo& game = world::game_info<Dots>;
  ASSERT_EQ(game.metrics.size(), 2u) << "only counters and gauges";
  EXPECT_EQ(game.metrics[0].name, "entered");
  EXPECT_EQ(game.metrics[0].doc, "Dots that have entered");
  EXPECT_TRUE(game.metrics[0].is_counter);
  EXPECT_EQ(game.metrics[1].name, "last_colour");
  EXPECT_FALSE(game.metrics[1].is_counter);
}

TEST_F(GatewayWorldsTest, AnOperatorCanReadTheAttributesOfAWorldAndOfItsEntities) {
  log_in_to(0, "tea");
  say(0, Poke{Dots::count});
  say(0, Poke{Dots::count});
  for (int i = 0; i < 2; ++i) tick();
  const auto text_of = [](const std::vector<world::AttributeText>& attributes) {
    std::string text;
    for (const auto& [name, value] : attributes) text += fmt::format("{}={} ", name, value);
    return text;
  };
  const world::AnyWorld& tea = runner_.find("tea")->world();
  EXPECT_EQ(text_of(tea.own_attributes()), "not_told=5 entered=1 last_colour=7 ");
  std::string dots;
  tea.for_each_row([&](const world::Row& row) { dots += text_of(tea.attributes(row.id)); });
  EXPECT_EQ(dots, "pokes=2 ");
}

}  // namespace
}  // namespace madang::net

// The effect of mutes and bans on players in the world and on logins, and the chat log of the operator.
#include <string>
#include <vector>

#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

class GatewaySanctionsTest : public GatewayTest {
 protected:
  explicit GatewaySanctionsTest(const Limits& limits = {})
      : GatewayTest({.width = 16, .height = 16, .obstacle_percent = 0}, limits) {
    gateway_.set_sanctions(sanctions_);
  }

  void enter(std::uint32_t client, std::string_view name) {
    port_->connect();
    turn();
    say(client, login_of(name));
    for (int i = 0; i < 2; ++i) tick();
  }
  Sanction add(Sanction::Kind kind, std::string name, std::string reason = "") {
    Sanction sanction;
    sanction.kind = kind;
    sanction.name = std::move(name);
    sanction.reason = std::move(reason);
    sanction.until = worker_.now() + 1h;
    sanctions_.add(sanction, worker_.now());
    return sanction;
  }
  /// Returns the packets that a client got, each one as text.
  std::vector<std::string> heard_by(std::uint32_t client) const {
    std::vector<std::string> heard;
    Bytes rest = as_bytes(port_->sent[client]);
    wire::FrameResult frame;
    while ((frame = wire::next_frame(rest)))
      visit_server_packet(
          *frame, wire::Overloaded{[&](const wire::CellSaid& said) {
                                     heard.push_back("said " + std::string(said.text));
                                     return CloseReason::none;
                                   },
                                   [&](const wire::NotSaid& not_said) {
                                     heard.push_back(
                                         not_said.reason == wire::NotSaidReason::muted ? "muted" : "refused");
                                     return CloseReason::none;
                                   },
                                   [&](const wire::Announced& announced) {
                                     heard.push_back("announced " + std::string(announced.text));
                                     return CloseReason::none;
                                   },
                                   [&](const wire::Goodbye& goodbye) {
                                     heard.push_back(std::string(madang::name_of(goodbye.reason)) + " " +
                                                     std::string(goodbye.text));
                                     return CloseReason::none;
                                   },
                                   [](const auto&) { return CloseReason::none; }});
    return heard;
  }
  Session& session(std::uint32_t index) { return worker_.at(index); }

  Sanctions sanctions_{10};
};

using Packets = std::vector<std::string>;

TEST_F(GatewaySanctionsTest, WordsOfAMutedPlayerAreRefusedAndNoClientGetsThem) {
  enter(0, "Rascal");
  enter(1, "Listener");
  add(Sanction::Kind::mute, "Rascal");
  say(0, wire::Say{"hello"});
  say(0, wire::Shout{"HELLO"});
  say(1, wire::Say{"quiet here"});
  tick();
  EXPECT_EQ(heard_by(0), (Packets{"muted", "muted", "said quiet here"}));
  EXPECT_EQ(heard_by(1), (Packets{"said quiet here"}));
  EXPECT_EQ(worker_.counters().words_refused[static_cast<std::size_t>(wire::NotSaidReason::muted)].get(), 2u);
}

/// Each name may log in twice.
class GatewayBannedLoginTest : public GatewaySanctionsTest {
 protected:
  GatewayBannedLoginTest() : GatewaySanctionsTest(with_two_logins()) {}
  static Limits with_two_logins() {
    Limits limits;
    limits.name_login_budget = {.burst = 2, .interval_ms = 3'600'000};
    return limits;
  }
};

TEST_F(GatewayBannedLoginTest, ALoginThatABanRefusesIsCharged) {
  add(Sanction::Kind::ban, "Rascal");
  for (std::uint32_t client = 0; client < 3; ++client) enter(client, "Rascal");
  EXPECT_EQ(worker_.counters().closed_for(CloseReason::banned).get(), 2u);
  EXPECT_EQ(worker_.counters().closed_for(CloseReason::flooding).get(), 1u);
}

TEST_F(GatewaySanctionsTest, AMuteEndsByItself) {
  enter(0, "Rascal");
  add(Sanction::Kind::mute, "Rascal");
  port_->clock += 1h + 1s;
  say(0, wire::Say{"hello"});
  tick();
  EXPECT_EQ(heard_by(0), (Packets{"said hello"}));
}

TEST_F(GatewaySanctionsTest, APlayerInTheWorldGetsItsMuteAndNoOtherPlayerDoes) {
  enter(0, "Rascal");
  enter(1, "Listener");
  gateway_.carry_out(add(Sanction::Kind::mute, "Rascal", "spam"));
  tick();
  ASSERT_EQ(heard_by(0).size(), 1u);
  EXPECT_TRUE(heard_by(0)[0].starts_with("announced you cannot speak until "));
  EXPECT_TRUE(heard_by(0)[0].ends_with(": spam"));
  EXPECT_EQ(heard_by(1), Packets{});
}

TEST_F(GatewaySanctionsTest, ABanEndsOnlyTheSessionsOfItsNameAndSaysWhy) {
  enter(0, "Rascal");
  enter(1, "Listener");
  enter(2, "Rascal");
  gateway_.carry_out(add(Sanction::Kind::ban, "Rascal", "cheats"));
  tick();
  for (const std::uint32_t client : {0u, 2u}) {
    ASSERT_EQ(heard_by(client).size(), 1u);
    EXPECT_TRUE(heard_by(client)[0].starts_with("banned you are banned until ")) << heard_by(client)[0];
    EXPECT_TRUE(heard_by(client)[0].ends_with(": cheats"));
  }
  EXPECT_EQ(heard_by(1), Packets{});
  EXPECT_EQ(worker_.counters().closed_for(CloseReason::banned).get(), 2u);
  EXPECT_EQ(player_count(), 1u);
}

TEST_F(GatewaySanctionsTest, ABannedNameCannotLogInWhileTheBanHolds) {
  add(Sanction::Kind::ban, "Rascal", "cheats");
  enter(0, "Rascal");
  ASSERT_EQ(heard_by(0).size(), 1u);
  EXPECT_TRUE(heard_by(0)[0].starts_with("banned you are banned until ")) << heard_by(0)[0];
  EXPECT_EQ(player_count(), 0u);
  enter(1, "Other");
  EXPECT_EQ(heard_by(1), Packets{});
  port_->clock += 1h + 1s;
  enter(2, "Rascal");
  EXPECT_EQ(heard_by(2), Packets{});
}

TEST_F(GatewaySanctionsTest, AnIndexThatIsUsedAgainHasTheNameOfItsNewPlayer) {
  enter(0, "Rascal");
  const SessionId first = session(0).id();
  EXPECT_EQ(gateway_.name_of(session(0)), "Rascal");
  say(0, wire::Logout{});
  tick();
  port_->connect();
  turn();
  if (Session* next = worker_.find(first)) FAIL() << "still here: " << next->peer().text();
  say(1, login_of("Angel"));
  tick();
  gateway_.carry_out(add(Sanction::Kind::ban, "Rascal"));
  tick();
  EXPECT_EQ(heard_by(1), Packets{});
}

class GatewayChatTest : public GatewaySanctionsTest {
 protected:
  static Limits limits_of_three() {
    Limits limits;
    limits.chat_lines_kept = 3;
    limits.say_budget.burst = 100;
    return limits;
  }
  GatewayChatTest() : GatewaySanctionsTest(limits_of_three()) {}
};

TEST_F(GatewayChatTest, HasPlayerWordsAndPositionAlsoOfAPlayerThatLeftAtOnce) {
  enter(0, "Speaker");
  enter(1, "Shouter");
  say(0, wire::Say{"near"});
  say(1, wire::Shout{"far"});
  say(0, wire::Logout{});
  tick();
  const auto lines = runners_.chat().after(0);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].name, "Speaker");
  EXPECT_EQ(lines[0].text, "near");
  EXPECT_FALSE(lines[0].is_shout);
  EXPECT_NE(lines[0].session, lines[1].session);
  EXPECT_EQ(lines[1].name, "Shouter");
  EXPECT_EQ(lines[1].text, "far");
  EXPECT_TRUE(lines[1].is_shout);
  EXPECT_LT(lines[1].position.x, 16);
}

TEST_F(GatewayChatTest, KeepsTheLastLinesAndReturnsThoseAfterANumber) {
  enter(0, "Speaker");
  for (int i = 1; i <= 5; ++i) {
    say(0, wire::Say{std::to_string(i)});
    tick();
  }
  const auto texts = [&](std::uint64_t after) {
    std::string all;
    for (const auto& line : runners_.chat().after(after))
      all += std::to_string(line.number) + line.text + " ";
    return all;
  };
  EXPECT_EQ(texts(0), "33 44 55 ");
  EXPECT_EQ(texts(4), "55 ");
  EXPECT_EQ(texts(5), "");
  EXPECT_EQ(texts(99), "");
}

TEST_F(GatewayChatTest, HasNoRefusedWords) {
  enter(0, "Rascal");
  add(Sanction::Kind::mute, "Rascal");
  say(0, wire::Say{"hello"});
  tick();
  EXPECT_TRUE(runners_.chat().after(0).empty());
}

}  // namespace
}  // namespace madang::net

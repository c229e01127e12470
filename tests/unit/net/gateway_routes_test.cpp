// The session that acts for a character: it is replaced by another, and the old one closes late.
#include <optional>
#include <string>
#include <vector>

#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

/// Each name is one character, on whatever connection.
class GatewayRoutesTest : public GatewayTest {
 protected:
  GatewayRoutesTest()
      : GatewayTest({.width = 16,
                     .height = 16,
                     .obstacle_percent = 0,
                     .move_interval_ticks = 1,
                     .move_slack_ticks = 0}) {
    gateway_.set_characters([](const Session&, std::string_view name) { return character_of(name); });
  }
  static CharacterId character_of(std::string_view name) {
    return CharacterId{1'000 + static_cast<std::uint64_t>(name.front())};
  }

  struct Heard {
    std::optional<wire::Id> entity;  ///< of the Welcome
    std::optional<CloseReason> goodbye;
    std::uint32_t cells_begun = 0;
    std::uint32_t answers = 0;
    std::vector<std::uint16_t> opcodes;
  };
  Heard heard_by(std::uint32_t client) const {
    Heard heard;
    Bytes rest = as_bytes(port_->sent[client]);
    while (const auto frame = wire::next_frame(rest)) {
      heard.opcodes.push_back(frame->opcode);
      if (frame->opcode == wire::opcode_of<wire::CellBegin>) ++heard.cells_begun;
      if (frame->opcode == wire::opcode_of<board::Moved>) ++heard.answers;
      if (frame->opcode == wire::opcode_of<wire::Welcome>)
        heard.entity = wire::decode<wire::Welcome>(frame->body)->entity;
      if (frame->opcode == wire::opcode_of<wire::Goodbye>)
        heard.goodbye = wire::decode<wire::Goodbye>(frame->body)->reason;
    }
    EXPECT_TRUE(rest.empty());
    return heard;
  }
  void step(std::uint32_t client) {
    say(client, board::Move{board::Direction::left, 0});
    tick();
  }
  /// Pushes a request as a gateway would that was late.
  void push(world::Input::Kind kind, SessionId session, std::string_view name) {
    Request request;
    request.kind = kind;
    request.session = session;
    request.character = character_of(name);
    ASSERT_TRUE(runner_.requests().push(std::move(request)));
  }
};

TEST_F(GatewayRoutesTest, ACharacterNeedsAnIdThatNoTableUsesForItself) {
  for (const std::uint64_t id : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    gateway_.set_characters([id](const Session&, std::string_view) { return CharacterId{id}; });
    EXPECT_DEATH(log_in(0, "anna"), "no character may have the id");
  }
}

TEST_F(GatewayRoutesTest, ASecondLoginTakesOverTheCharacterWhereItStands) {
  log_in(0, "anna");
  const Heard first = heard_by(0);
  ASSERT_TRUE(first.entity.has_value());
  const std::uint64_t tick_before = world().tick_number();
  log_in(1, "anna");
  EXPECT_GT(world().tick_number(), tick_before);
  EXPECT_EQ(player_count(), 1u);
  EXPECT_EQ(heard_by(0).goodbye, CloseReason::replaced);
  const Heard second = heard_by(1);
  EXPECT_EQ(second.entity, first.entity) << "it is the same entity";
  EXPECT_EQ(second.cells_begun, first.cells_begun) << "and the new client sees what the old one saw";
  EXPECT_EQ(second.goodbye, std::nullopt);
  ASSERT_GE(second.opcodes.size(), 2u);
  EXPECT_EQ(second.opcodes[0], wire::opcode_of<wire::Welcome>);
  EXPECT_EQ(second.opcodes[1], wire::opcode_of<board::Pace>) << "what the rules tell who comes back";
  step(1);
  EXPECT_EQ(heard_by(1).answers, 1u);
}

TEST_F(GatewayRoutesTest, TheLateCloseOfAnOldConnectionHarmsNobody) {
  log_in(0, "anna");
  const SessionId old = worker_.at(0).id();
  log_in(1, "anna");
  push(world::Input::Kind::leave, old, "anna");
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(player_count(), 1u) << "the leave of the old session has no effect";
  step(1);
  EXPECT_EQ(heard_by(1).answers, 1u);
  say(1, wire::Logout{});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(player_count(), 0u) << "the leave of the new one has";
  EXPECT_EQ(runner_.stats().players.get(), 0u);
}

TEST_F(GatewayRoutesTest, ALateCommandOfAnOldConnectionHasNoEffect) {
  log_in(0, "anna");
  const SessionId old = worker_.at(0).id();
  log_in(1, "anna");
  const auto position = [&] {
    return world().registry().row(world().registry().find(character_of("anna"))).position;
  };
  const world::Position before = position();
  Request late;
  late.session = old;
  late.character = character_of("anna");
  late.opcode = wire::opcode_of<board::Move>;
  late.body = std::string(5, '\0');
  ASSERT_TRUE(runner_.requests().push(std::move(late)));
  tick();
  EXPECT_EQ(position(), before);
  EXPECT_EQ(heard_by(1).answers, 0u);
}

TEST_F(GatewayRoutesTest, TwoLoginsInOneTickMakeOneEntityAndTheLastOneGetsIt) {
  for (int i = 0; i < 2; ++i) {
    port_->connect();
    turn();
  }
  say(0, login_of("anna"));
  say(1, login_of("anna"));
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(player_count(), 1u);
  EXPECT_EQ(heard_by(0).goodbye, CloseReason::replaced);
  EXPECT_EQ(heard_by(0).entity, std::nullopt);
  EXPECT_TRUE(heard_by(1).entity.has_value());
  EXPECT_GT(heard_by(1).cells_begun, 0u);
}

TEST_F(GatewayRoutesTest, ACharacterThatLeavesAndComesBackInOneTickIsANewEntity) {
  log_in(0, "anna");
  port_->connect();
  turn();
  say(0, wire::Logout{});
  turn();
  say(1, login_of("anna"));
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_EQ(player_count(), 1u);
  const Heard second = heard_by(1);
  EXPECT_EQ(second.goodbye, std::nullopt);
  ASSERT_TRUE(second.entity.has_value());
  EXPECT_NE(second.entity, heard_by(0).entity);
  step(1);
  EXPECT_EQ(heard_by(1).answers, 1u);
}

TEST_F(GatewayRoutesTest, WhoTakesOverWhileItsCharacterCrossesSeesEachCellOnce) {
  log_in(0, "anna");
  log_in(1, "berta");
  for (std::uint32_t round = 2; round < 12; ++round) {
    for (int i = 0; i < 3; ++i) step(round == 2 ? 0 : round - 1);
    port_->connect();
    turn();
    say(round == 2 ? 0 : round - 1, board::Move{board::Direction::left, 0});
    say(round, login_of("anna"));
    for (int i = 0; i < 2; ++i) tick();
    const Heard heard = heard_by(round);
    EXPECT_TRUE(heard.entity.has_value()) << round;
    EXPECT_EQ(heard.answers, 0u) << "the old session has asked for that step";
    EXPECT_EQ(heard.cells_begun, 4u) << "all cells of the small map, each one once; round " << round;
  }
  EXPECT_EQ(player_count(), 2u);
}

}  // namespace
}  // namespace madang::net

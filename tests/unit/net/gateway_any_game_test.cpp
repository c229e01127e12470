// The gateway serves any game: one whose rules throw, and one whose entities leave by themselves.
#include <optional>
#include <vector>

#include "unit/net/dots.h"

namespace madang::net {
namespace {

class GatewayAnyGameTest : public DotsTest {};

TEST_F(GatewayAnyGameTest, IsServedByItsOwnTables) {
  enter(0);
  EXPECT_EQ(opcodes(0), (std::vector<std::uint16_t>{128, 258, 140, 256, 140, 140, 140}))
      << "Welcome, OwnDot, the client's own cell with its dot, and three more cells";
  say(0, Poke{Dots::count});
  tick();
  EXPECT_EQ(opcodes(0).back(), 258) << "OwnDot";
}

TEST_F(GatewayAnyGameTest, WhoTakesOverGetsWhatIsForTheOwnerAlone) {
  gateway_.set_characters([](const Session&, std::string_view) { return CharacterId{5}; });
  enter(0);
  for (int i = 0; i < 3; ++i) say(0, Poke{Dots::count});
  tick();
  enter(1);
  const std::vector<std::uint16_t> got = opcodes(1);
  ASSERT_GE(got.size(), 2u);
  EXPECT_EQ(got[1], 258) << "OwnDot";
  Bytes rest = as_bytes(port_->sent[1]);
  EXPECT_TRUE(wire::next_frame(rest).has_value());
  const Bytes own = wire::next_frame(rest)->body;
  EXPECT_EQ(own[0], std::byte{1}) << "its only attribute";
  EXPECT_EQ(load<std::uint32_t>(own.data() + 1), 3u);
}

TEST_F(GatewayAnyGameTest, APacketThatTheGameDoesNotKnowEndsTheSession) {
  enter(0);
  say(0, board::Move{});
  tick();
  EXPECT_EQ(goodbye(0), CloseReason::unknown_opcode);
  enter(1);
  Buffer cut;
  wire::append(cut, Poke{});
  store(cut.data(), std::uint16_t{4});
  port_->feed(1, cut.bytes().first(4));
  tick();
  EXPECT_EQ(goodbye(1), CloseReason::bad_packet);
}

TEST_F(GatewayAnyGameTest, AnEntryThatIsNotTheGamesIsABadPacket) {
  enter(0, 7, 1);
  EXPECT_EQ(goodbye(0), CloseReason::bad_packet);
  enter(1, 7, 3);
  EXPECT_EQ(goodbye(1), CloseReason::bad_packet);
  EXPECT_EQ(player_count(), 0u);
}

TEST_F(GatewayAnyGameTest, AClientOfAnotherGameIsStale) {
  log_in(0);
  EXPECT_EQ(goodbye(0), CloseReason::stale_client);
}

TEST_F(GatewayAnyGameTest, TheRulesMayRefuseANewcomerWithAReason) {
  enter(0, 0);
  EXPECT_EQ(goodbye(0), CloseReason::bad_name);
  EXPECT_EQ(runner_.stats().players.get(), 0u);
}

TEST_F(GatewayAnyGameTest, AnEntityThatLeavesByItselfEndsItsSession) {
  enter(0);
  enter(1);
  say(0, Poke{Dots::leaves});
  for (int i = 0; i < 2; ++i) tick();
  EXPECT_EQ(goodbye(0), CloseReason::left_world);
  EXPECT_EQ(goodbye(1), std::nullopt);
  EXPECT_EQ(player_count(), 1u);
  EXPECT_EQ(runner_.stats().players.get(), 1u);
}

TEST_F(GatewayAnyGameTest, AGameEndsASessionForAReasonOfItsOwn) {
  enter(0);
  enter(1);
  say(0, Poke{Dots::fades});
  for (int i = 0; i < 2; ++i) tick();
  EXPECT_EQ(goodbye(0), world::close_reason_of(DotEnding::faded));
  EXPECT_EQ(goodbye_text(0), "your dot has faded");
  EXPECT_EQ(goodbye(1), std::nullopt);
  EXPECT_EQ(worker_.counters().closed_for(world::close_reason_of(DotEnding::faded)).get(), 1u);
  EXPECT_EQ(worker_.counters().closed_for(CloseReason::left_world).get(), 0u);
}

TEST_F(GatewayAnyGameTest, AGameRefusesANewcomerForAReasonOfItsOwn) {
  enter(0, Dots::blue);
  EXPECT_EQ(goodbye(0), world::close_reason_of(DotEnding::too_blue));
  EXPECT_EQ(goodbye_text(0), "no blue dots here");
}

TEST_F(GatewayAnyGameTest, TheReasonsOfAGameArePartOfItsProtocol) {
  const wire::Protocol& dots = world::game_info<Dots>.protocol;
  EXPECT_NE(wire::protocol_schema(dots).find("character_unreadable,faded,too_blue) text:text\n"),
            std::string::npos);
  EXPECT_NE(wire::protocol_typescript(dots).find("/** your dot has faded */\n  faded: 28,\n"),
            std::string::npos);
  EXPECT_EQ(wire::protocol_schema(board::game_info().protocol).find("faded"), std::string::npos);
  const std::vector<const wire::EnumInfo*> enumerations = wire::enumerations_of(dots);
  EXPECT_EQ(std::ranges::count(enumerations, "CloseReason", &wire::EnumInfo::name), 1);
}

TEST_F(GatewayAnyGameTest, AWorldWhoseRulesThrowIsClosedAndItsPlayersAreTold) {
  enter(0);
  enter(1);
  say(0, Poke{Dots::throws});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_NE(world().broken().find("out of dots"), std::string::npos);
  EXPECT_EQ(goodbye(0), CloseReason::world_closed);
  EXPECT_EQ(goodbye(1), CloseReason::world_closed);
  enter(2);
  EXPECT_EQ(goodbye(2), CloseReason::world_closed) << "the server goes on, without a world";
  EXPECT_EQ(runner_.stats().players.get(), 0u);
}

}  // namespace
}  // namespace madang::net

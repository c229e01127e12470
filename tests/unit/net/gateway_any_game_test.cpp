// The gateway serves any game: one whose rules throw, and one whose entities leave by themselves.
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "madang/world/game_info.h"
#include "madang/world/world.h"
#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

struct Dot {
  std::uint32_t pokes = 0;
  static constexpr auto table = world::attributes("Dot", "", world::own("pokes", &Dot::pokes, ""));
};
struct Poke {
  std::uint8_t what = 0;
  static constexpr auto table = wire::packet(40, "Poke", "", wire::field("what", &Poke::what, ""));
};
struct Poked {
  std::uint8_t what = 0;
  static constexpr auto table =
      world::effect("Poked", "", world::WhenGone::drop, wire::field("what", &Poked::what, ""));
};
struct Colour {
  std::uint16_t colour = 0;
  static constexpr auto table = wire::record("Colour", "", wire::field("colour", &Colour::colour, ""));
};
struct DotParts : world::Parts {
  using Entities = wire::Types<Dot>;
  using Commands = wire::Types<Poke>;
  using Effects = wire::Types<Poked>;
  using Entry = Colour;  // without a name
};
class Dots : public world::Rules<DotParts> {
 public:
  static constexpr std::string_view name = "dots";
  static constexpr std::uint8_t count = 0;
  static constexpr std::uint8_t throws = 1;
  static constexpr std::uint8_t leaves = 2;

  void enter(WorldChange& world, CharacterId character, const Colour& entry) const {
    if (entry.colour == 0) return world.refuse(character, CloseReason::bad_name);
    world.place(character, Dot{}, {4, 4});
  }
  void decide(const View&, const Self<Dot>&, const Poke& poke, Proposals& propose) const {
    propose.self(Poked{poke.what});
  }
  void apply(Change<Dot>& self, const Poked& poked) const {
    if (poked.what == throws) throw std::runtime_error("out of dots");
    if (poked.what == leaves) return self.leave();
    ++self->pokes;
  }
};

class GatewayAnyGameTest : public GatewayTest {
 protected:
  GatewayAnyGameTest()
      : GatewayTest(world::game_info<Dots>,
                    std::make_unique<world::World<Dots>>(world::WorldConfig{}, world::Map::empty(16, 16)),
                    20) {}
  void enter(std::uint32_t client, std::uint16_t colour = 7, std::size_t entry_bytes = 2) {
    port_->connect();
    turn();
    std::byte entry[4]{};
    store(entry, colour);
    say(client, wire::Login{world::game_info<Dots>.protocol.schema, "dot", Bytes(entry).first(entry_bytes)});
    for (int i = 0; i < 2; ++i) tick();
  }
  std::vector<std::uint16_t> opcodes(std::uint32_t client) const {
    std::vector<std::uint16_t> all;
    Bytes rest = as_bytes(port_->sent[client]);
    while (const auto frame = wire::next_frame(rest)) all.push_back(frame->opcode);
    return all;
  }
  std::optional<CloseReason> goodbye(std::uint32_t client) const {
    std::optional<CloseReason> reason;
    Bytes rest = as_bytes(port_->sent[client]);
    while (const auto frame = wire::next_frame(rest))
      if (frame->opcode == wire::opcode_of<wire::Goodbye>)
        reason = wire::decode<wire::Goodbye>(frame->body)->reason;
    return reason;
  }
};

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

TEST_F(GatewayAnyGameTest, AWorldWhoseRulesThrowIsClosedAndItsPlayersAreTold) {
  enter(0);
  enter(1);
  say(0, Poke{Dots::throws});
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_NE(runner_.world().broken().find("out of dots"), std::string::npos);
  EXPECT_EQ(goodbye(0), CloseReason::world_closed);
  EXPECT_EQ(goodbye(1), CloseReason::world_closed);
  enter(2);
  EXPECT_EQ(goodbye(2), CloseReason::world_closed) << "the server goes on, without a world";
  EXPECT_EQ(runner_.stats().players.get(), 0u);
}

}  // namespace
}  // namespace madang::net

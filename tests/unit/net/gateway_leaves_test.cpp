// Clients that get the leaves of a tick at once, and clients that get them one tick later. The ticks are made
// by hand.
#include <string>
#include <vector>

#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

class GatewayLeavesTest : public GatewayTest {
 protected:
  using Heard = std::vector<std::string>;

  GatewayLeavesTest() { log_in(0); }

  SessionId session() { return worker_.at(0).id(); }
  world::CellRect watch() { return row().watch; }
  const world::Row& row() {
    const world::Registry& registry = world().registry();
    return registry.row(registry.find(CharacterId{session().value}));
  }
  /// A tick with a leave and a late leave of the client's own cell. Words stand for both.
  struct Tick {
    bool is_unsettled = false;
    bool begins_to_watch = false;
  };
  Heard heard_in(const Tick& tick) {
    TickOutput output;
    output.personal.resize(1);
    world::WorldOutput& cells = output.add(runners_.main().info().id);
    const world::CellIndex cell = world().registry().cell_of(world().registry().find(row().character));
    cells.leaves.push_back({cell, part_of(cells, "left now")});
    cells.late_leaves.push_back({cell, part_of(cells, "left before")});
    if (tick.is_unsettled) output.personal[0].unsettled.push_back(session());
    if (tick.begins_to_watch) output.personal[0].watch_changes.push_back({session(), watch(), watch(), 0});
    output.hold(1);
    port_->sent[0].clear();
    EXPECT_TRUE(gateway_.offer(0, output));
    for (int i = 0; i < 3; ++i) turn();
    EXPECT_TRUE(output.is_free());
    Heard heard;
    Bytes rest = as_bytes(port_->sent[0]);
    while (const auto frame = wire::next_frame(rest))
      if (frame->opcode == wire::opcode_of<wire::Announced>)
        heard.emplace_back(wire::decode<wire::Announced>(frame->body)->text);
    return heard;
  }

 private:
  static world::OutputPart part_of(world::WorldOutput& cells, std::string_view words) {
    const auto begin = static_cast<std::uint32_t>(cells.bytes.size());
    wire::append(cells.bytes, wire::Announced{.text = words});
    return {begin, static_cast<std::uint32_t>(cells.bytes.size())};
  }
};

TEST_F(GatewayLeavesTest, AClientWhoseCellsStayTheSameGetsThemAtOnce) {
  for (int i = 0; i < 2; ++i) EXPECT_EQ(heard_in({}), Heard{"left now"});
}

TEST_F(GatewayLeavesTest, AClientWhoseCellsAreAboutToChangeGetsThemWithItsNewCells) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(heard_in({.is_unsettled = true}), Heard{});
    EXPECT_EQ(heard_in({.begins_to_watch = true}), (Heard{"left before", "left now"}));
    EXPECT_EQ(heard_in({}), Heard{"left now"}) << "only in these two ticks";
  }
}

TEST_F(GatewayLeavesTest, AClientMayBeAboutToChangeItsCellsAgain) {
  EXPECT_EQ(heard_in({.is_unsettled = true}), Heard{});
  EXPECT_EQ(heard_in({.is_unsettled = true, .begins_to_watch = true}), Heard{"left before"});
  EXPECT_EQ(heard_in({.begins_to_watch = true}), (Heard{"left before", "left now"}));
}

}  // namespace
}  // namespace madang::net

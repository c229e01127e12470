// The board's views follow its world, also when the server suppresses steps in some cells (CellThrottled) and
// sends nothing of other cells (stale). They find no fault, and what they know is right.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "board/board_config.h"
#include "board/client/player_view.h"
#include "board/rules.h"
#include "madang/world/world.h"
#include "unit/client/small_game.h"

namespace madang::board {
namespace {

using client::Cell;
using world::CellIndex;
using world::CellRect;

/// A client, and what a fan-out knows of it.
struct Follower {
  explicit Follower(client::Findings& findings) : view(findings) {}
  PlayerView view;
  CellRect watch;
  std::set<CellIndex> throttled;
  std::set<CellIndex> stale;
  Direction direction = Direction::up;
};

class PlayerViewFollowTest : public testing::Test {
 protected:
  static constexpr std::uint64_t characters = 40;

  /// Pieces may step in every tick, and cells are small, so that pieces often cross in ticks in a row.
  static BoardConfig config() {
    return {.width = 40,
            .height = 30,
            .cell_size = 4,
            .seed = 3,
            .obstacle_percent = 8,
            .move_interval_ticks = 1,
            .move_slack_ticks = 0,
            .view_radius = 5,
            .leave_radius = 7};
  }
  PlayerViewFollowTest()
      : map_(config().width, config().height, config().seed, config().obstacle_percent),
        world_(world_config_of(config()), map_, Board(config(), map_)) {}

  void tick() {
    std::vector<CellIndex> states;
    std::vector<CellIndex> positions;
    for (auto& [character, one] : followers_) {
      states.insert(states.end(), one->stale.begin(), one->stale.end());
      positions.insert(positions.end(), one->throttled.begin(), one->throttled.end());
    }
    if (random_.chance(1, 4)) world_.request(states, positions);
    const world::WorldOutput& output = world_.tick(inputs_);
    ASSERT_EQ(world_.broken(), "");
    inputs_.clear();
    bodies_.clear();
    for (const auto& one : output.entered) welcome(one.character);
    for (const auto& answer : output.answers)
      if (const auto found = followers_.find(answer.character.value); found != followers_.end())
        give(*found->second, output.bytes_of(answer.part));
    std::map<std::uint64_t, CellRect> before;
    for (const auto& [character, one] : followers_) before[character] = one->watch;
    for (const auto& change : output.watch_changes)
      if (const auto found = followers_.find(change.character.value); found != followers_.end())
        found->second->watch = change.now;
    for (const auto& one : output.left) followers_.erase(one.character.value);
    for (auto& [character, one] : followers_)
      fan_out(*one, before[character], std::ranges::binary_search(output.unsettled, CharacterId{character}),
              output);
    for (auto& [character, one] : followers_) compare(*one);
    note_truth();
    ASSERT_EQ(findings_.total(), 0u) << findings_.texts().front();
  }
  void fan_out(Follower& one, const CellRect& before, bool is_unsettled, const world::WorldOutput& output) {
    const world::Grid& grid = world_.grid();
    const auto is_new = [&](CellIndex cell) {
      return grid.contains(one.watch, cell) && !grid.contains(before, cell);
    };
    const auto follows = [&](CellIndex cell) {
      return grid.contains(one.watch, cell) && grid.contains(before, cell) && !one.stale.contains(cell);
    };
    grid.for_each_without(before, one.watch, [&](CellIndex cell) { one.throttled.erase(cell); });
    for (const auto& update : output.updates) {
      if (!follows(update.cell)) continue;
      disturb(one, update.cell);
      if (one.stale.contains(update.cell)) continue;
      give(one, output.bytes_of(one.throttled.contains(update.cell) ? update.without_moves() : update.all));
    }
    std::set<CellIndex> fresh;
    for (const auto& state : output.states)
      if (is_new(state.cell) || (grid.contains(one.watch, state.cell) && one.stale.erase(state.cell) > 0)) {
        give(one, output.bytes_of(state.part));
        fresh.insert(state.cell);
      }
    for (const auto& part : output.positions)
      if (follows(part.cell) && one.throttled.erase(part.cell) > 0) {
        give(one, output.bytes_of(part.part));
        ++throttlings_ended_;
      }
    const auto give_leaves = [&](const std::vector<world::WorldOutput::CellPart>& leaves) {
      for (const auto& leave : leaves)
        if (follows(leave.cell) && !fresh.contains(leave.cell)) give(one, output.bytes_of(leave.part));
    };
    if (before != one.watch) give_leaves(output.late_leaves);
    if (!is_unsettled) give_leaves(output.leaves);
    grid.for_each_without(before, one.watch, [&](CellIndex cell) {
      if (one.stale.erase(cell) == 0) tell(one, forget(cell));
    });
  }
  /// Sometimes suppresses the steps of a cell, or makes it stale.
  void disturb(Follower& one, CellIndex cell) {
    const Cell place = place_of(cell);
    if (random_.chance(1, 40) && one.throttled.insert(cell).second)
      tell(one, wire::CellThrottled{place.x, place.y});
    if (random_.chance(1, 60)) {
      one.stale.insert(cell);
      one.throttled.erase(cell);
      tell(one, forget(cell));
      ++cells_made_stale_;
    }
  }

  void welcome(CharacterId character) {
    auto& one = followers_[character.value] = std::make_unique<Follower>(findings_);
    const world::EntityId id = world_.entity_of(character);
    const world::Position position = world_.position_of(id);
    tell(*one, wire::Welcome{.entity = id.wire(),
                             .map_width = config().width,
                             .map_height = config().height,
                             .cell_size = config().cell_size,
                             .units_per_tile = 1,
                             .x = static_cast<std::uint32_t>(position.x),
                             .y = static_cast<std::uint32_t>(position.y)});
  }
  void compare(const Follower& one) {
    const world::Grid& grid = world_.grid();
    std::size_t count = 0;
    world_.registry().for_each([&](std::uint32_t slot) {
      const world::Row& row = world_.registry().row(slot);
      const CellIndex cell = world_.registry().cell_of(slot);
      if (!grid.contains(one.watch, cell) || one.stale.contains(cell)) return;
      ++count;
      const auto piece = one.view.find_piece(row.id.wire());
      ASSERT_TRUE(piece.has_value());
      EXPECT_EQ(piece->name, world_.find<Piece>(row.id)->name.view());
      EXPECT_EQ(one.view.cells().cell_of(piece->position), place_of(cell));
      if (!one.throttled.contains(cell)) {
        EXPECT_EQ(piece->position, row.position);
      }
    });
    one.view.for_each_entity([&](const client::Seen& seen) {
      const world::EntityId id{seen.id.high, seen.id.low};
      const std::uint32_t slot = world_.registry().find(id);
      if (slot != world::SlotIndex::none && place_of(world_.registry().cell_of(slot)) == seen.cell) return;
      ++count;
      EXPECT_TRUE(truth_before_.contains(id) && place_of(truth_before_.at(id)) == seen.cell)
          << "has left the cell two ticks ago";
    });
    EXPECT_EQ(one.view.entity_count(), count);
    EXPECT_EQ(one.view.own_position(),
              world_.position_of({one.view.welcome().entity.high, one.view.welcome().entity.low}));
    EXPECT_EQ(one.view.cells().throttled_count(), one.throttled.size());
  }
  void note_truth() {
    truth_before_.clear();
    world_.registry().for_each([&](std::uint32_t slot) {
      truth_before_[world_.registry().row(slot).id] = world_.registry().cell_of(slot);
    });
  }

  void give(Follower& one, Bytes bytes) {
    ASSERT_EQ(client::small::apply_all(one.view, bytes), CloseReason::none);
  }
  template <wire::Packet P>
  void tell(Follower& one, const P& packet) {
    give(one, client::small::frame_of(packet).bytes());
  }
  Cell place_of(CellIndex cell) const {
    return {static_cast<std::uint16_t>(world_.grid().column(cell)),
            static_cast<std::uint16_t>(world_.grid().row(cell))};
  }
  wire::CellForget forget(CellIndex cell) const { return {place_of(cell).x, place_of(cell).y}; }

  template <wire::Record R>
  void input(world::Input::Kind kind, std::uint64_t character, std::uint16_t opcode, const R& body) {
    Buffer bytes;
    wire::put(bytes.extend(wire::size_of(body)), body);
    inputs_.push_back({kind, CharacterId{character}, opcode, bytes.bytes()});
    bodies_.push_back(std::move(bytes));  // its bytes stay where they are
  }
  void play_a_tick() {
    for (std::uint64_t character = 1; character <= characters; ++character) {
      const auto found = followers_.find(character);
      if (found == followers_.end()) {
        if (random_.chance(1, 10))
          input(world::Input::Kind::enter, character, 0, Entry{.name = "Mina", .looks = Looks::rook});
      } else if (random_.chance(1, 200)) {
        inputs_.push_back({world::Input::Kind::leave, CharacterId{character}, 0, {}});
      } else {
        Direction& direction = found->second->direction;
        if (random_.chance(1, 3)) direction = directions[random_.below(4)];
        input(world::Input::Kind::command, character, wire::opcode_of<Move>, Move{.direction = direction});
      }
    }
    tick();
  }

  const world::Map map_;
  world::World<Board> world_;
  Random random_{11};
  client::Findings findings_;
  std::map<std::uint64_t, std::unique_ptr<Follower>> followers_;
  std::map<world::EntityId, CellIndex> truth_before_;
  std::vector<world::Input> inputs_;
  std::vector<Buffer> bodies_;
  std::size_t throttlings_ended_ = 0;
  std::size_t cells_made_stale_ = 0;
};

TEST_F(PlayerViewFollowTest, EachViewIsRightAfterEachTick) {
  for (int i = 0; i < 400 && !HasFailure(); ++i) play_a_tick();
  EXPECT_GT(followers_.size(), characters / 2);
  EXPECT_GT(throttlings_ended_, 100u);
  EXPECT_GT(cells_made_stale_, 100u);
  std::uint64_t updates = 0;
  for (const auto& [character, one] : followers_) updates += one->view.updates();
  EXPECT_GT(updates, 10'000u);
}

}  // namespace
}  // namespace madang::board

// A client of the small game on a map of 64 x 48 units. It watches the cells (0, 0) and (1, 0), and its
// entity stands at (5, 5). Each cell has one obstacle, at its tile (3, 0).
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <array>
#include <span>

#include "unit/client/small_game.h"

namespace madang::client::small {

class ViewFixture : public testing::Test {
 protected:
  static constexpr std::uint16_t cell_size = 16;
  static constexpr wire::CellAlias own_alias = 40;
  static constexpr wire::CellAlias other_alias = 7;
  static constexpr Cell left{0, 0};
  static constexpr Cell right{1, 0};

  ViewFixture() { obstacles_[0] = std::byte{1u << 3}; }

  void begin() {
    tell(welcome());
    begin_cell(left);
    tell_enter(left, id_of(50), {own_alias, 5, 5}, Walker{.name = "me"});
    begin_cell(right);
    tell(wire::Pong{});
  }

  template <wire::Packet P>
  CloseReason tell(const P& packet) {
    return apply_all(view_, frame_of(packet).bytes());
  }
  CloseReason begin_cell(Cell cell) { return tell(wire::CellBegin{cell.x, cell.y, obstacles_}); }
  CloseReason forget(Cell cell) { return tell(wire::CellForget{cell.x, cell.y}); }
  template <class E>
  CloseReason tell_enter(Cell cell, const wire::Id& id, const Step& at, const E& entity) {
    return apply_all(view_, enter_frame<SmallParts::Entities>(cell, id, at, entity).bytes());
  }
  /// The other walker, which most tests are about.
  CloseReason tell_other(Cell cell, const Step& at) {
    return tell_enter(cell, other_, at, Walker{.hat = 2, .name = "민아"});
  }
  template <class E>
  CloseReason tell_change(Cell cell, wire::CellAlias alias, const E& entity, std::uint8_t mask) {
    return apply_all(view_, change_frame<SmallParts::Entities>(cell, alias, entity, mask).bytes());
  }
  CloseReason tell_step(Cell cell, const Step& step) {
    return tell(CellMove{cell.x, cell.y, std::span(&step, 1)});
  }
  CloseReason tell_positions(Cell cell, const Step& step) {
    return tell(CellPositions{cell.x, cell.y, std::span(&step, 1)});
  }
  CloseReason throttle(Cell cell) { return tell(wire::CellThrottled{cell.x, cell.y}); }
  CloseReason tell_leave(Cell cell, wire::CellAlias alias) {
    const wire::Alias leaver{alias};
    return tell(wire::CellLeave{cell.x, cell.y, std::span(&leaver, 1)});
  }
  static wire::Welcome welcome() {
    return {.entity = id_of(50),
            .map_width = 64,
            .map_height = 48,
            .cell_size = cell_size,
            .units_per_tile = 1,
            .x = 5,
            .y = 5,
            .tick_rate = 20,
            .view_radius = 10};
  }

  /// Expects that the other walker is in sight at this position.
  void expect_other_at(world::Position position) const {
    const auto seen = view_.find(other_);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->position, position);
  }
  const Walker& other() const { return *view_.attributes<Walker>(*view_.find(other_)); }

  /// Expects exactly one fault, of this kind.
  void expect_only(Violation kind) const {
    EXPECT_EQ(findings_.count(kind), 1u) << violation_names[static_cast<std::size_t>(kind)];
    EXPECT_EQ(findings_.total(), 1u) << fmt::format("{}", fmt::join(findings_.texts(), "\n"));
  }
  void expect_none() const {
    EXPECT_EQ(findings_.total(), 0u) << (findings_.texts().empty() ? "" : findings_.texts().front());
  }

  const wire::Id other_ = id_of(70);
  std::array<std::byte, cell_size * cell_size / 8> obstacles_{};
  Findings findings_;
  View<SmallParts> view_{findings_, {.step_max = 1}};
};

}  // namespace madang::client::small

#include "cells.h"

#include <algorithm>
#include <utility>

#include "madang/base/check.h"
#include "madang/wire/cell_packets.h"

namespace madang::micro {

using world::CellIndex;
using world::CellRect;

Cells::Cells(std::uint32_t pieces, Depth depth)
    : crowd_(land_for(pieces)), depth_(depth), watchers_(crowd_.world().grid().cell_count()) {
  for (std::uint32_t who = 0; who < pieces; ++who)
    watch(who, row_of(crowd_.world(), Crowd::character(who)).watch, CellRect{});
}

void Cells::tick(std::span<const Step> steps) {
  crowd_.begin_moves(steps.size());
  for (const Step& step : steps) crowd_.add_move(step.who, step.direction);
  crowd_.tick();
  if (depth_ == Depth::world) return;
  crowd_.swap_output(output_);
  write_mail();
}

/// Uses the same order as net::FanOut.
void Cells::write_mail() {
  mail_.clear();
  std::swap(mail_.bytes, output_.bytes);  // a later tick is encoded into the old memory of the mail
  const world::WorldOutput& made = output_;
  for (const auto& answer : made.answers) mail_.deliver(Crowd::who_is(answer.character), answer.part);
  for (const WatchChange& change : made.watch_changes) leave_cells(change);
  for (const auto& update : made.updates) deliver(update.cell, update.all);
  for (const WatchChange& change : made.watch_changes) begin_cells(change);
  const auto is_unsettled = [&](std::uint32_t who) {
    return std::ranges::binary_search(made.unsettled, Crowd::character(who));
  };
  const auto has_change = [&](std::uint32_t who) {
    return std::ranges::binary_search(made.watch_changes, Crowd::character(who), {}, &WatchChange::character);
  };
  for (const auto& leave : made.late_leaves)
    for (const std::uint32_t who : watchers_[leave.cell.value])
      if (has_change(who)) mail_.deliver(who, leave.part);
  for (const auto& leave : made.leaves)
    for (const std::uint32_t who : watchers_[leave.cell.value])
      if (!is_unsettled(who)) mail_.deliver(who, leave.part);
  for (const WatchChange& change : made.watch_changes) forget_cells(change);
  for (const WatchChange& change : made.watch_changes)
    watch(Crowd::who_is(change.character), change.now, change.before);
}

void Cells::deliver(CellIndex cell, Mail::Part part) {
  for (const std::uint32_t who : watchers_[cell.value]) mail_.deliver(who, part);
}

void Cells::leave_cells(const WatchChange& change) {
  crowd_.world().grid().for_each_without(change.before, change.now, [&](CellIndex cell) {
    stop_watching(cell, Crowd::who_is(change.character));
  });
}

void Cells::begin_cells(const WatchChange& change) {
  crowd_.world().grid().for_each_without(change.now, change.before, [&](CellIndex cell) {
    mail_.deliver(Crowd::who_is(change.character), output_.state_of(cell));
  });
}

void Cells::forget_cells(const WatchChange& change) {
  const world::Grid& grid = crowd_.world().grid();
  grid.for_each_without(change.before, change.now, [&](CellIndex cell) {
    mail_.deliver(Crowd::who_is(change.character),
                  mail_.write(wire::CellForget{static_cast<std::uint16_t>(grid.column(cell)),
                                               static_cast<std::uint16_t>(grid.row(cell))}));
  });
}

void Cells::watch(std::uint32_t who, const CellRect& now, const CellRect& before) {
  crowd_.world().grid().for_each_without(now, before,
                                         [&](CellIndex cell) { watchers_[cell.value].push_back(who); });
}

void Cells::stop_watching(CellIndex cell, std::uint32_t who) {
  std::vector<std::uint32_t>& watchers = watchers_[cell.value];
  const auto at = std::ranges::find(watchers, who);
  MADANG_CHECK(at != watchers.end(), "{} does not watch cell {}", who, cell.value);
  *at = watchers.back();
  watchers.pop_back();
}

}  // namespace madang::micro

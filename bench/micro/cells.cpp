#include "cells.h"

#include <algorithm>
#include <string>
#include <utility>

#include "madang/base/check.h"
#include "madang/net/to_wire.h"
#include "madang/wire/packets.h"

namespace madang::micro {

using board::CellIndex;
using board::WatchChanged;
using net::TickOutput;

Cells::Cells(std::uint32_t pieces, Depth depth)
    : zone_(land_for(pieces)), depth_(depth), aliases_(pieces), watchers_(zone_.grid().cell_count()) {
  output_.personal.resize(1);
  let_in();
}

void Cells::let_in() {
  constexpr std::uint32_t at_once = 10'000;
  for (std::uint32_t first = 0; first < size(); first += at_once) {
    commands_.resize(std::min(at_once, size() - first));
    for (std::uint32_t i = 0; i < commands_.size(); ++i) {
      board::Command& command = commands_[i];
      command.kind = board::Command::Kind::enter;
      command.owner = owner_of(first + i);
      command.text = "player " + std::to_string(first + i);
    }
    zone_.tick(commands_, events_);
    for (const board::Entered& entered : events_.entered) aliases_[who_is(entered.owner)] = entered.alias;
    for (const WatchChanged& change : events_.watch_changes) watch_new_cells(change);
  }
  MADANG_CHECK(zone_.player_count() == size());
}

void Cells::tick(std::span<const Step> steps) {
  make_commands(steps, commands_,
                [this](std::uint32_t who) { return std::tuple(owner_of(who), aliases_[who]); });
  zone_.tick(commands_, events_);
  if (depth_ == Depth::zone) return;
  encoder_.encode(zone_, events_, {}, output_);
  write_mail();
}

/// Uses the same order as net::Gateway.
void Cells::write_mail() {
  mail_.clear();
  std::swap(mail_.bytes, output_.bytes);  // the next tick is encoded into the old memory of the mail
  const TickOutput::Personal& personal = output_.personal[0];
  for (const board::Moved& moved : personal.moved)
    mail_.deliver(who_is(moved.owner), mail_.write(wire::Moved{.client_time = moved.client_time,
                                                               .x = moved.position.x,
                                                               .y = moved.position.y,
                                                               .result = net::to_wire(moved.result)}));
  for (const WatchChanged& change : personal.watch_changes) forget_cells(change);
  for (const auto& update : output_.updates) deliver(update.cell, update.all);
  for (const WatchChanged& change : personal.watch_changes) begin_cells(change);
  for (const auto& leave : output_.leaves) deliver(leave.cell, leave.part);
  for (const WatchChanged& change : personal.watch_changes) watch_new_cells(change);
}

void Cells::deliver(CellIndex cell, Mail::Part part) {
  for (const std::uint32_t who : watchers_[cell.value]) mail_.deliver(who, part);
}

void Cells::forget_cells(const WatchChanged& change) {
  const board::Grid& grid = zone_.grid();
  const std::uint32_t who = who_is(change.owner);
  grid.for_each_without(change.before, change.now, [&](CellIndex cell) {
    stop_watching(cell, who);
    mail_.deliver(who, mail_.write(wire::CellForget{static_cast<std::uint16_t>(grid.column(cell)),
                                                    static_cast<std::uint16_t>(grid.row(cell))}));
  });
}

void Cells::begin_cells(const WatchChanged& change) {
  zone_.grid().for_each_without(change.now, change.before, [&](CellIndex cell) {
    mail_.deliver(who_is(change.owner), output_.state_of(cell));
  });
}

void Cells::watch_new_cells(const WatchChanged& change) {
  zone_.grid().for_each_without(change.now, change.before, [&](CellIndex cell) {
    watchers_[cell.value].push_back(who_is(change.owner));
  });
}

void Cells::stop_watching(CellIndex cell, std::uint32_t who) {
  std::vector<std::uint32_t>& watchers = watchers_[cell.value];
  const auto at = std::ranges::find(watchers, who);
  MADANG_CHECK(at != watchers.end(), "{} does not watch cell {}", who, cell.value);
  *at = watchers.back();
  watchers.pop_back();
}

std::uint32_t Cells::others_in_sight(std::uint32_t who) const { return others_watched(zone_, aliases_[who]); }

std::uint32_t others_watched(const board::Zone& zone, board::Alias alias) {
  std::size_t count = 0;
  std::vector<board::Alias> pieces;
  zone.grid().for_each(zone.watch_of(alias), [&](CellIndex cell) {
    zone.pieces_in(cell, pieces);
    count += pieces.size();
  });
  return static_cast<std::uint32_t>(count - 1);
}

}  // namespace madang::micro

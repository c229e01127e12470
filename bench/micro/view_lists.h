// ViewLists: the method that game lecturers teach. Each player has a set of the players that it sees. Each
// step searches the sectors nearby for players within the radius, and compares them with the set. Players
// that were in sight get a step. Players that come into sight get an enter, in both directions. Players that
// go out of sight get a leave, in both directions. So the two sets of a pair always agree.
//
// This is as fast as possible on one thread, without the locks that several threads would need. Sectors are
// arrays with the tiles beside the numbers, so that a search reads no other memory. Each frame is encoded
// once. A set is traversed only if the search has shown that a player in it is gone. `Set` is FlatSet, or
// std::unordered_set as in lectures.
#pragma once

#include <algorithm>
#include <vector>

#include "contender.h"
#include "madang/world/cells.h"
#include "madang/world/map.h"
#include "sightings.h"
#include "starting_tiles.h"

namespace madang::micro {

template <class Set>
class ViewLists final : public Contender {
 public:
  ViewLists(std::uint32_t pieces, int radius, std::uint64_t seed)
      : map_(starting_map(pieces)),
        grid_(map_.width(), map_.height(), sector_size),
        radius_(radius),
        sightings_(grid_for(pieces), pieces),
        sectors_(grid_.cell_count()),
        positions_(starting_tiles(map_, pieces, seed)),
        places_(pieces),
        views_(pieces) {
    for (std::uint32_t who = 0; who < pieces; ++who) add(who, positions_[who]);
    for (std::uint32_t who = 0; who < pieces; ++who)
      for_each_near(positions_[who], [&](const Standing& other) {
        if (other.who != who) views_[who].insert(other.who);
      });
  }

  void tick(std::span<const Step> steps) override {
    mail_.clear();
    for (const Step& step : steps) move(step);
  }

  std::uint32_t size() const override { return static_cast<std::uint32_t>(positions_.size()); }
  world::Position position(std::uint32_t who) const override { return positions_[who]; }
  std::uint32_t others_in_sight(std::uint32_t who) const override {
    return static_cast<std::uint32_t>(views_[who].size());
  }
  std::uint64_t bytes_told() const override { return mail_.bytes_told(); }
  const Mail& mail() const { return mail_; }

 private:
  static constexpr std::uint32_t sector_size = 32;  // the fastest of 8, 16, 32 and 64 for many pieces

  /// In 8 bytes: a map of the board has at most 16,384 tiles a side.
  struct Standing {
    std::uint32_t who;
    std::uint16_t x;
    std::uint16_t y;

    Standing(std::uint32_t piece, world::Position at)
        : who(piece), x(static_cast<std::uint16_t>(at.x)), y(static_cast<std::uint16_t>(at.y)) {}
    world::Position position() const { return {x, y}; }
  };
  /// The index of a piece in the array of its sector.
  struct Place {
    std::uint32_t sector;
    std::uint32_t index;
  };

  void move(Step step) {
    const std::uint32_t who = step.who;
    const world::Position from = positions_[who];
    const world::Position to = board::neighbour(from, step.direction);
    if (!map_.is_free(to)) return mail_.deliver(who, sightings_.moved(mail_, from));
    move_to(who, to);

    StepNews news(sightings_, mail_, who, to);
    const std::size_t in_view_before = views_[who].size();
    const std::size_t still_in_view = tell_those_in_sight(who, to, news);
    if (still_in_view < in_view_before) forget_those_out_of_sight(who, to, news);
  }

  /// Returns how many of them were already in sight.
  std::size_t tell_those_in_sight(std::uint32_t who, world::Position to, StepNews& news) {
    Set& view = views_[who];
    std::size_t still_in_view = 0;
    for_each_near(to, [&](const Standing& other) {
      if (other.who == who) return;
      if (view.contains(other.who)) {
        ++still_in_view;
        return news.stays(other.who);
      }
      view.insert(other.who);
      views_[other.who].insert(who);
      news.appears(other.who, other.position());
    });
    return still_in_view;
  }

  void forget_those_out_of_sight(std::uint32_t who, world::Position to, StepNews& news) {
    Set& view = views_[who];
    gone_.clear();
    for (const std::uint32_t other : view)
      if (!in_sight(to, positions_[other], radius_)) gone_.push_back(other);
    for (const std::uint32_t other : gone_) {
      view.erase(other);
      views_[other].erase(who);
      news.disappears(other, positions_[other]);
    }
  }

  template <class Visit>
  void for_each_near(world::Position center, Visit visit) const {
    const auto sector = [this](int tile, std::uint32_t side) {
      return static_cast<std::uint16_t>(
          grid_.cell_coordinate(std::clamp(tile, 0, static_cast<int>(side) - 1)));
    };
    const world::CellRect around{
        sector(center.x - radius_, map_.width()), sector(center.y - radius_, map_.height()),
        sector(center.x + radius_, map_.width()), sector(center.y + radius_, map_.height())};
    grid_.for_each(around, [&](world::CellIndex cell) {
      for (const Standing& other : sectors_[cell.value])
        if (in_sight(center, other.position(), radius_)) visit(other);
    });
  }

  void add(std::uint32_t who, world::Position position) {
    const std::uint32_t index = grid_.cell_of(position).value;
    std::vector<Standing>& sector = sectors_[index];
    places_[who] = {index, static_cast<std::uint32_t>(sector.size())};
    sector.emplace_back(who, position);
  }

  void move_to(std::uint32_t who, world::Position to) {
    positions_[who] = to;
    const Place place = places_[who];
    std::vector<Standing>& sector = sectors_[place.sector];
    if (grid_.cell_of(to).value == place.sector) {
      sector[place.index] = {who, to};
      return;
    }
    sector[place.index] = sector.back();
    places_[sector[place.index].who].index = place.index;
    sector.pop_back();
    add(who, to);
  }

  world::Map map_;
  world::Grid grid_;
  int radius_;
  Sightings sightings_;
  std::vector<std::vector<Standing>> sectors_;
  std::vector<world::Position> positions_;  // by piece
  std::vector<Place> places_;               // by piece
  std::vector<Set> views_;                  // by piece
  std::vector<std::uint32_t> gone_;
  Mail mail_;
};

}  // namespace madang::micro

// ViewLists: what game lecturers teach. Each player keeps a set of those whom it sees; each step searches the
// sectors around for those within the radius, compares them with the set, and tells each by itself: a step to
// those who were in sight before, an enter both ways to those who come into sight, a leave both ways to those
// who go out of it. Both sets always say the same.
//
// Made as well as this can be made on one thread, without the locks that the sets need on several: sectors
// are arrays that hold the tiles beside the numbers, so that a search touches nothing else; each frame is
// made once for all who get it; and a set is walked only when the search has shown that somebody in it is
// gone. `Set` is FlatSet, or std::unordered_set as it is taught.
#pragma once

#include <algorithm>
#include <vector>

#include "contender.h"
#include "sightings.h"
#include "starting_tiles.h"
#include "world/map.h"

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
  static constexpr std::uint32_t sector_size = 32;  // of 8, 16, 32 and 64 the quickest where there are many

  struct Standing {
    std::uint32_t who;
    world::Position position;
  };
  /// Where a piece stands among those of its sector.
  struct Place {
    std::uint32_t sector;
    std::uint32_t index;
  };

  void move(Step step) {
    const std::uint32_t who = step.who;
    const world::Position from = positions_[who];
    const world::Position to = neighbour(from, step.direction);
    if (!map_.is_free(to)) return mail_.deliver(who, sightings_.moved(mail_, from));
    move_to(who, to);

    StepNews news(sightings_, mail_, who, to);
    const std::size_t in_view_before = views_[who].size();
    const std::size_t still_in_view = tell_those_in_sight(who, to, news);
    if (still_in_view < in_view_before) forget_those_out_of_sight(who, to, news);
  }

  /// How many of them were in sight before.
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
      news.appears(other.who, other.position);
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
        if (in_sight(center, other.position, radius_)) visit(other);
    });
  }

  void add(std::uint32_t who, world::Position position) {
    const std::uint32_t index = grid_.cell_of(position).value;
    std::vector<Standing>& sector = sectors_[index];
    places_[who] = {index, static_cast<std::uint32_t>(sector.size())};
    sector.push_back({who, position});
  }

  void move_to(std::uint32_t who, world::Position to) {
    positions_[who] = to;
    const Place place = places_[who];
    std::vector<Standing>& sector = sectors_[place.sector];
    if (grid_.cell_of(to).value == place.sector) {
      sector[place.index].position = to;
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

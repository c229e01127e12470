#include "arena/arena_bot.h"

#include <chrono>
#include <iterator>
#include <variant>

namespace arena {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view words[] = {"en garde!", "missed!", "잘했어요!", "who is left?", "다시 한 판!"};

}  // namespace

void ArenaBot::on_entered() {
  steering_ = Heading::stop;
  act_every(100ms);
}

void ArenaBot::act() {
  if (comes_up(5s)) send(wire::Say{.text = words[random().below(std::size(words))]});
  const BotDeed deed = decide_as_bot(sight(), random());
  if (const Steer* steer = std::get_if<Steer>(&deed)) {
    steering_ = steer->heading;
    send(*steer);
  } else if (const Fire* fire = std::get_if<Fire>(&deed)) {
    send(*fire);
  }
}

void ArenaBot::on(const Fired& fired) {
  answered(fired.client_time);
  if (fired.has_fired) count("shots");
}

void ArenaBot::on(const wire::CellSaid& said) {
  const auto speaker = view().find({said.cell_x, said.cell_y}, said.alias);
  if (!speaker || !is_own(*speaker)) count("words_heard");
}

void ArenaBot::on_told(const client::Seen& by, const Hit&) {
  if (is_own(by)) count("hits");
}

void ArenaBot::on_told(const client::Seen& by, const Killed&) {
  if (is_own(by)) count("kills");
}

Sight ArenaBot::sight() const {
  Sight sight;
  sight.client_time = client_time();
  sight.steering = steering_;
  sight.shells = view().own<Fighter>().shells;
  sight.is_free = [this](Tile tile) { return view().cells().tile(tile.x, tile.y) == client::Tile::free; };
  view().for_each_entity([&](const client::Seen& seen) {
    if (const Fighter* fighter = view().attributes<Fighter>(seen)) {
      if (is_own(seen)) {
        sight.position = seen.position;
        sight.hit_points = fighter->hit_points;
        sight.facing = fighter->facing;
      } else {
        sight.fighters.push_back({EntityId{seen.id.high, seen.id.low}, seen.position, fighter->hit_points});
      }
    } else if (const Shot* shot = view().attributes<Shot>(seen)) {
      sight.shots.push_back({seen.position, shot->heading});
    }
  });
  return sight;
}

}  // namespace arena

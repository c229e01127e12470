// A bot of the arena: walks to the nearest fighter in sight, and fires. Now and then it says a word.
#pragma once

#include "arena.h"
#include "madang/client/bot.h"

namespace arena {

class ArenaBot final : public madang::client::Bot<ArenaBot, Arena> {
 public:
  static constexpr std::array<std::string_view, 3> counters = {"shots", "kills", "words_heard"};
  static constexpr bool has_main_world = false;

  void on_entered() { act_every(std::chrono::milliseconds(100)); }
  void act() {
    const auto me = view().find_own();
    if (!me) return;
    if (comes_up(std::chrono::seconds(5))) send(wire::Say{.text = "missed! 빗나갔어!"});
    std::optional<Position> way;
    view().for_each_entity([&](const madang::client::Seen& seen) {
      const Fighter* fighter = view().attributes<Fighter>(seen);
      const Position to{seen.position.x - me->position.x, seen.position.y - me->position.y};
      if (fighter && fighter->is_up() && !is_own(seen) && (!way || length(to) < length(*way))) way = to;
    });
    if (way) send(Fire{client_time()});
    if (way) return send(Steer{{direction(way->x), direction(way->y)}});
    if (comes_up(std::chrono::seconds(2))) send(Steer{{any_direction(), any_direction()}});
  }
  void on(const Fired& fired) {
    answered(fired.client_time);
    if (fired.has_fired) count("shots");
  }
  void on(const wire::CellSaid&) { count("words_heard"); }
  void on_told(const madang::client::Seen& by, const Killed&) {
    if (is_own(by)) count("kills");  // each death is counted once
  }

 private:
  static std::int32_t length(Position way) { return std::max(std::abs(way.x), std::abs(way.y)); }
  static std::int8_t direction(std::int32_t way) { return way > 20 ? 1 : way < -20 ? -1 : 0; }
  std::int8_t any_direction() { return direction(static_cast<std::int32_t>(random().below(3)) * 100 - 100); }
};

}  // namespace arena

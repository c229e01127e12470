// What clients of a RandomGame send.
#pragma once

#include "unit/world/game_inputs.h"
#include "unit/world/random_game.h"

namespace madang::world::random_game {

/// What clients send in a tick. It depends on the seed and the tick alone.
inline GameInputs inputs_of(std::uint64_t seed, std::uint64_t tick, std::uint32_t characters) {
  Random random(scatter(seed) ^ scatter(tick));
  GameInputs inputs;
  const auto any_id = [&] {
    switch (random.below(6)) {
      case 0: return EntityId::of_world();
      case 1: return EntityId{random.below(5), random.below(200)};
      case 2: return EntityId{random.below(5), random.next()};
      case 3: return EntityId{random.next(), random.next()};
      case 4: return EntityId{};
      default: return EntityId::of(CellIndex{random.below(40)});
    }
  };
  const auto coordinate = [&] {
    if (random.chance(1, 30)) return INT32_MIN;
    return static_cast<std::int32_t>(random.below(60)) - 5;
  };
  for (std::uint64_t character = 1; character <= characters; ++character)
    for (std::uint32_t count = random.below(4); count > 0; --count) {
      const std::uint32_t what = random.below(20);
      if (what == 19) {
        inputs.attach(character);
      } else if (what == 18) {
        inputs.speak(character, Input::Kind::shout, "to all");
      } else if (what >= 16) {
        inputs.speak(character, Input::Kind::say, "to those who are near");
      } else if (what == 0) {
        const Walker walker{
            .gold = random.below(100), .mark = 7, .is_still = true, .name = "Mina", .counts = {1, 2}};
        const Position place{coordinate(), coordinate()};
        inputs.come_back(character, Purse{random.below(100), false, "Mina"}, kept_image(place, walker));
      } else if (what < 3) {
        inputs.enter(character, Purse{random.below(100), false, "Mina"});
      } else if (what == 3) {
        inputs.leave(character);
      } else {
        const Position place{coordinate(), coordinate()};
        inputs.send(character, Act{static_cast<std::uint8_t>(random.next()), any_id(), place});
      }
    }
  return inputs;
}

}  // namespace madang::world::random_game

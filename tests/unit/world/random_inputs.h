// What clients of a RandomGame send, and the hash of what they get.
#pragma once

#include <string_view>
#include <vector>

#include "unit/world/random_game.h"

namespace madang::world::random_game {

/// The inputs of a tick, in a list for each character, and the bytes that they refer to.
class RandomInputs {
 public:
  explicit RandomInputs(std::uint32_t characters) : lists_(characters + 1) {}

  void enter(std::uint64_t character, const Purse& purse) { add(Input::Kind::enter, character, 0, purse); }
  void leave(std::uint64_t character) {
    lists_[character].push_back({Input::Kind::leave, CharacterId{character}, 0, {}});
  }
  void say(std::uint64_t character, Input::Kind kind, std::string_view text) {
    add(kind, character, 0, Words{"Mina", text});
  }
  void attach(std::uint64_t character) {
    lists_[character].push_back({Input::Kind::attach, CharacterId{character}, 0, {}});
  }
  template <wire::Packet P>
  void send(std::uint64_t character, const P& packet) {
    add(Input::Kind::command, character, wire::opcode_of<P>, packet);
  }

  /// Returns the inputs in the order of the characters.
  std::vector<Input> in_order() const {
    std::vector<Input> all;
    for (const auto& list : lists_) all.insert(all.end(), list.begin(), list.end());
    return all;
  }
  /// Returns the inputs in another order, in which those of one character keep theirs.
  std::vector<Input> permuted(Random& random) const {
    std::vector<Input> all;
    std::vector<std::span<const Input>> rest(lists_.begin(), lists_.end());
    while (true) {
      std::erase_if(rest, [](const auto& list) { return list.empty(); });
      if (rest.empty()) return all;
      auto& list = rest[random.below(static_cast<std::uint32_t>(rest.size()))];
      all.push_back(list.front());
      list = list.subspan(1);
    }
  }

 private:
  template <class T>
  void add(Input::Kind kind, std::uint64_t character, std::uint16_t opcode, const T& value) {
    Buffer body;
    wire::put(body.extend(wire::size_of(value)), value);
    bodies_.push_back(std::move(body));  // its bytes stay where they are
    lists_[character].push_back({kind, CharacterId{character}, opcode, bodies_.back().bytes()});
  }
  std::vector<std::vector<Input>> lists_;  // by character
  std::vector<Buffer> bodies_;
};

/// What clients send in a tick. It depends on the seed and the tick alone.
inline RandomInputs inputs_of(std::uint64_t seed, std::uint64_t tick, std::uint32_t characters) {
  Random random(scatter(seed) ^ scatter(tick));
  RandomInputs inputs(characters);
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
        inputs.say(character, Input::Kind::shout, "to all");
      } else if (what >= 16) {
        inputs.say(character, Input::Kind::say, "to those who are near");
      } else if (what < 3) {
        inputs.enter(character, {random.below(100), false, "Mina"});
      } else if (what == 3) {
        inputs.leave(character);
      } else {
        const Position place{coordinate(), coordinate()};
        inputs.send(character, Act{static_cast<std::uint8_t>(random.next()), any_id(), place});
      }
    }
  return inputs;
}

/// Returns the hash of what the clients get: for each character, for each cell and for all, in its order.
inline std::uint64_t hash_of_output(const WorldOutput& output) {
  StateHash hash;
  const auto add_part = [&](OutputPart part) { hash.add(as_text(output.bytes_of(part))); };
  for (const auto& answer : output.answers) {
    hash.add(answer.character.value);
    add_part(answer.part);
  }
  hash.add(output.told.size());
  for (const auto& told : output.told) {
    hash.add(told.cell.value);
    add_part(told.part);
  }
  hash.add(output.told_to_all.size());
  for (const auto& part : output.told_to_all) add_part(part);
  hash.add(output.refused.size());
  for (const auto& refused : output.refused) {
    hash.add(refused.character.value);
    hash.add(static_cast<std::uint64_t>(refused.reason));
  }
  for (const auto* list : {&output.entered, &output.left}) {
    hash.add(list->size());
    for (const auto& change : *list) {
      hash.add(change.character.value);
      add_to(hash, change.id);
      add_to(hash, change.position);
    }
  }
  for (const auto& crossing : output.crossings) {
    hash.add(crossing.character.value);
    hash.add(crossing.cell.value);
  }
  for (const auto& change : output.watch_changes) {
    hash.add(change.character.value);
    add_to(hash, change.before);
    add_to(hash, change.now);
  }
  hash.add(output.updates.size());
  for (const auto& update : output.updates) {
    hash.add(update.cell.value);
    hash.add(update.moves_begin - update.all.begin);
    add_part(update.all);
  }
  for (const auto* list : {&output.states, &output.leaves, &output.late_leaves}) {
    hash.add(list->size());
    for (const auto& part : *list) {
      hash.add(part.cell.value);
      add_part(part.part);
    }
  }
  return hash.value();
}

}  // namespace madang::world::random_game

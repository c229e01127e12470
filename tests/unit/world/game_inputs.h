// GameInputs: the inputs of a tick of any game, and the bytes that they refer to. For tests of the engine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "madang/base/random.h"
#include "madang/wire/codec.h"
#include "madang/world/world.h"

namespace madang::world {

class GameInputs {
 public:
  template <class Entry>
  void enter(std::uint64_t character, const Entry& entry) {
    add(Input::Kind::enter, character, 0, entry);
  }
  template <class Entry>
  void come_back(std::uint64_t character, const Entry& entry, Bytes image) {
    Buffer body;
    wire::put(body.extend(wire::size_of(entry)), entry);
    add(Input::Kind::come_back, character, 0, ComeBack{body.bytes(), image});
  }
  void leave(std::uint64_t character) {
    inputs_.push_back({Input::Kind::leave, CharacterId{character}, 0, {}});
  }
  void attach(std::uint64_t character) {
    inputs_.push_back({Input::Kind::attach, CharacterId{character}, 0, {}});
  }
  /// `kind`: say or shout.
  void speak(std::uint64_t character, Input::Kind kind, std::string_view text) {
    add(kind, character, 0, Words{"Mina", text});
  }
  template <wire::Packet P>
  void send(std::uint64_t character, const P& packet) {
    add(Input::Kind::command, character, wire::opcode_of<P>, packet);
  }
  /// `number`: of the action in the game's list.
  template <class Action>
  void operate(std::uint16_t number, const Action& action) {
    add(Input::Kind::operate, 0, number, action);
  }
  std::vector<Input>& list() { return inputs_; }
  const std::vector<Input>& list() const { return inputs_; }
  void clear() {
    inputs_.clear();
    bodies_.clear();
  }

 private:
  template <class T>
  void add(Input::Kind kind, std::uint64_t character, std::uint16_t opcode, const T& value) {
    Buffer body;
    wire::put(body.extend(wire::size_of(value)), value);
    bodies_.push_back(std::move(body));  // its bytes stay where they are
    inputs_.push_back({kind, CharacterId{character}, opcode, bodies_.back().bytes()});
  }
  std::vector<Input> inputs_;
  std::vector<Buffer> bodies_;
};

/// Returns the inputs in another order. Those of one character keep their order.
inline std::vector<Input> permuted(std::vector<Input> inputs, Random& random) {
  std::vector<Input> result;
  while (!inputs.empty()) {
    const auto any = random.below(static_cast<std::uint32_t>(inputs.size()));
    const auto first = std::ranges::find(inputs, inputs[any].character, &Input::character);
    result.push_back(*first);
    inputs.erase(first);
  }
  return result;
}

}  // namespace madang::world

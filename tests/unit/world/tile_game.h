// TileGame: the board's rules in small, on the engine's world. For tests of the engine.
#pragma once

#include <vector>

#include "madang/wire/codec.h"
#include "madang/world/world.h"

namespace madang::world::tiles {

// ---- What stands on the map

struct Piece {
  std::uint8_t looks = 0;
  ShortText<24> name;
  std::uint64_t next_move = 0;
  std::uint32_t moves = 0;
  static constexpr auto table =
      attributes("Piece", "A player's piece.", shown("looks", &Piece::looks, "its figure"),
                 shown("name", &Piece::name, "the player's name"),
                 hidden("next_move", &Piece::next_move, "the tick from which on it may move"),
                 own("moves", &Piece::moves, "how often it has moved"));
};

struct Login {
  ShortText<24> name;
  std::uint8_t looks = 0;
  static constexpr auto table = wire::record("Login", "", wire::field("name", &Login::name, ""),
                                             wire::field("looks", &Login::looks, ""));
};

// ---- What clients ask, and what they get

struct Move {
  std::int8_t x = 0;
  std::int8_t y = 0;
  std::uint32_t client_time = 0;
  static constexpr auto table =
      wire::packet(2, "Move", "", wire::field("x", &Move::x, ""), wire::field("y", &Move::y, ""),
                   wire::field("client_time", &Move::client_time, ""));
};
/// Changes the figure, and goes anywhere.
struct Turn {
  std::uint8_t looks = 0;
  std::int32_t x = 0;
  std::int32_t y = 0;
  static constexpr auto table = wire::packet(4, "Turn", "", wire::field("looks", &Turn::looks, ""),
                                             wire::field("x", &Turn::x, ""), wire::field("y", &Turn::y, ""));
};
struct Say {
  std::string_view text;
  static constexpr auto table = wire::packet(3, "Say", "", wire::field("text", &Say::text, ""));
};
struct Moved {
  std::uint32_t client_time = 0;
  std::int32_t x = 0;
  std::int32_t y = 0;
  bool has_moved = false;
  static constexpr auto table = wire::packet(
      131, "Moved", "", wire::field("client_time", &Moved::client_time, ""), wire::field("x", &Moved::x, ""),
      wire::field("y", &Moved::y, ""), wire::field("has_moved", &Moved::has_moved, ""));
};
struct Said {
  std::string_view text;
  static constexpr auto table = wire::packet(137, "Said", "", wire::field("text", &Said::text, ""));
};

// ---- Effects

struct Step {
  std::int8_t x = 0;
  std::int8_t y = 0;
  std::uint32_t client_time = 0;
  static constexpr auto table =
      effect("Step", "A step to a neighbouring tile.", WhenGone::drop, wire::field("x", &Step::x, ""),
             wire::field("y", &Step::y, ""), wire::field("client_time", &Step::client_time, ""));
};
struct Turned {
  std::uint8_t looks = 0;
  Position to;
  static constexpr auto table =
      effect("Turned", "Another figure, at another place.", WhenGone::drop,
             wire::field("looks", &Turned::looks, ""), wire::field("to", &Turned::to, ""));
};
struct Words {
  ShortText<200> text;
  static constexpr auto table = effect("Words", "Words for all who watch the cell.", WhenGone::drop,
                                       wire::field("text", &Words::text, ""));
};

struct TileParts : Parts {
  using Entities = wire::Types<Piece>;
  using Commands = wire::Types<Move, Say, Turn>;
  using Effects = wire::Types<Step, Turned, Words>;
  using Entry = Login;
};

class TileGame : public Rules<TileParts> {
 public:
  static constexpr std::uint64_t move_interval = 4;

  void enter(WorldChange& world, CharacterId character, const Login& login) const {
    Random& chance = world.chance();
    const Position position{static_cast<std::int32_t>(chance.below(world.width())),
                            static_cast<std::int32_t>(chance.below(world.height()))};
    world.place(character, Piece{.looks = login.looks, .name = login.name}, position);
  }
  void decide(const View&, const Self<Piece>&, const Move& move, Proposals& propose) const {
    propose.self(Step{move.x, move.y, move.client_time});
  }
  void decide(const View&, const Self<Piece>&, const Say& say, Proposals& propose) const {
    propose.self(Words{say.text});
  }
  void decide(const View&, const Self<Piece>&, const Turn& turn, Proposals& propose) const {
    propose.self(Turned{turn.looks, {turn.x, turn.y}});
  }
  void apply(Change<Piece>& self, const Turned& turned) const {
    self->looks = turned.looks;
    if (self.is_free(turned.to)) self.move_to(turned.to);
  }
  void apply(Change<Piece>& self, const Step& step) const {
    const Position to{self.position().x + step.x, self.position().y + step.y};
    const bool may_move = self.tick() >= self->next_move && self.is_free(to);
    if (may_move) {
      self.move_to(to);
      self->next_move = self.tick() + move_interval;
      ++self->moves;
    }
    self.answer(Moved{step.client_time, self.position().x, self.position().y, may_move});
  }
  void apply(Change<Piece>& self, const Words& words) const { self.tell(Said{words.text}); }
};

// ---- Inputs

/// Inputs of a tick, and the bytes that they refer to.
class Inputs {
 public:
  void enter(std::uint64_t character, const Login& login) {
    Buffer body;
    wire::put(body.extend(wire::size_of(login)), login);
    add({Input::Kind::enter, CharacterId{character}, 0, {}}, std::move(body));
  }
  void leave(std::uint64_t character) { add({Input::Kind::leave, CharacterId{character}, 0, {}}, {}); }
  void attach(std::uint64_t character) { add({Input::Kind::attach, CharacterId{character}, 0, {}}, {}); }
  template <wire::Packet P>
  void send(std::uint64_t character, const P& packet) {
    Buffer body;
    wire::put(body.extend(wire::size_of(packet)), packet);
    add({Input::Kind::command, CharacterId{character}, wire::opcode_of<P>, {}}, std::move(body));
  }
  std::vector<Input>& list() { return inputs_; }
  void clear() {
    inputs_.clear();
    bodies_.clear();
  }

 private:
  void add(Input input, Buffer body) {
    input.body = body.bytes();
    bodies_.push_back(std::move(body));  // its bytes stay where they are
    inputs_.push_back(input);
  }
  std::vector<Input> inputs_;
  std::vector<Buffer> bodies_;
};

}  // namespace madang::world::tiles

// The cost of a tick of the engine's world (world::World) with the rules of the board: 100,000 pieces on a
// map of 1,000 x 1,000 tiles, all with a player that watches the cells around.
//
//   world/idle              nothing happens: time of the tick
//   world/step/N            N pieces step: time of one step, decided, applied, encoded for the cells'
//   watchers,
//                           and answered
//   world/step_checked/N    the same on a map with N pieces, with WorldConfig::checks_law
//
// `bytes` is the output of a tick. `bytes_an_entity` is the memory of the state, divided by the number of
// entities.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "each.h"
#include "madang/base/check.h"
#include "madang/world/world.h"

namespace madang::micro {
namespace {

using namespace world;

struct Piece {
  std::uint8_t looks = 0;
  ShortText<24> name;
  std::uint64_t next_move = 0;
  static constexpr auto table =
      attributes("Piece", "A player's piece.", shown("looks", &Piece::looks, "its figure"),
                 shown("name", &Piece::name, "the player's name"),
                 hidden("next_move", &Piece::next_move, "the tick from which on it may move"));
};
struct Move {
  std::uint8_t direction = 0;
  std::uint32_t client_time = 0;
  static constexpr auto table =
      wire::packet(2, "Move", "Asks for one step.", wire::field("direction", &Move::direction, "0 to 3"),
                   wire::field("client_time", &Move::client_time, "comes back in Moved"));
};
struct Moved {
  std::uint32_t client_time = 0;
  Position position;
  bool has_moved = false;
  static constexpr auto table = wire::packet(131, "Moved", "The answer.",
                                             wire::field("client_time", &Moved::client_time, "of the Move"),
                                             wire::field("position", &Moved::position, "now"),
                                             wire::field("has_moved", &Moved::has_moved, "false: blocked"));
};
struct Step {
  std::uint8_t direction = 0;
  std::uint32_t client_time = 0;
  static constexpr auto table =
      effect("Step", "One step.", WhenGone::drop, wire::field("direction", &Step::direction, "0 to 3"),
             wire::field("client_time", &Step::client_time, "of the Move"));
};

struct BoardParts : Parts {
  using Entities = wire::Types<Piece>;
  using Commands = wire::Types<Move>;
  using Effects = wire::Types<Step>;
};

class BoardRules : public Rules<BoardParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const NoEntry&) const {
    Random& chance = world.chance();
    const Position tile{static_cast<std::int32_t>(chance.below(world.width())),
                        static_cast<std::int32_t>(chance.below(world.height()))};
    world.place(character, Piece{.name = "a player's name"}, tile);
  }
  void decide(const View&, const Self<Piece>&, const Move& move, Proposals& propose) const {
    propose.self(Step{move.direction, move.client_time});
  }
  void apply(Change<Piece>& self, const Step& step) const {
    static constexpr Position ways[] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
    const Position way = ways[step.direction & 3];
    const Position to{self.position().x + way.x, self.position().y + way.y};
    const bool may_move = self.tick() >= self->next_move && self.is_free(to);
    if (may_move) {
      self.move_to(to);
      self->next_move = self.tick() + 1;
    }
    self.answer(Moved{step.client_time, self.position(), may_move});
  }
};

/// A world full of pieces, and the inputs of a tick in which some of them step.
class Crowd {
 public:
  Crowd(std::uint32_t pieces, std::uint32_t side, bool checks_law)
      : world_(config(pieces, checks_law), Map(side, side, 1, 8)), pieces_(pieces) {
    for (std::uint32_t i = 1; i <= pieces; ++i)
      inputs_.push_back({Input::Kind::enter, CharacterId{i}, 0, {}});
    tick();
    MADANG_CHECK(world_.core().registry.size() == pieces);
    inputs_.clear();
    tick();
    tick();  // the watchers have the states of their cells
  }
  void choose_steps(std::uint32_t count) {
    inputs_.clear();
    bodies_.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      wire::put(wire::put(bodies_[i].data(), static_cast<std::uint8_t>(random_.below(4))), i);
      inputs_.push_back(
          {Input::Kind::command, CharacterId{1 + next_++ % pieces_}, wire::opcode_of<Move>, bodies_[i]});
    }
  }
  std::size_t tick() {
    const std::size_t bytes = world_.tick(inputs_).bytes.size();
    MADANG_CHECK(world_.broken().empty(), "{}", world_.broken());
    return bytes;
  }
  double bytes_an_entity() const {
    const Core<BoardParts>& core = world_.core();
    return static_cast<double>(core.registry.memory_bytes() + core.columns.memory_bytes()) / pieces_;
  }

 private:
  static WorldConfig config(std::uint32_t pieces, bool checks_law) {
    WorldConfig config;
    config.entities_max = pieces;
    config.checks_law = checks_law;
    return config;
  }

  World<BoardRules> world_;
  std::uint32_t pieces_;
  std::uint32_t next_ = 0;
  Random random_{1};
  std::vector<std::array<std::byte, 5>> bodies_;
  std::vector<Input> inputs_;
};

constexpr std::uint32_t many_pieces = 100'000;
constexpr std::uint32_t map_side = 1'000;

void idle(benchmark::State& state) {
  Crowd crowd(many_pieces, map_side, false);
  for (auto _ : state) benchmark::DoNotOptimize(crowd.tick());
  report_each(state, 1);
  state.counters["bytes_an_entity"] = crowd.bytes_an_entity();
}

void measure_steps(benchmark::State& state, Crowd& crowd) {
  const auto steps = static_cast<std::uint32_t>(state.range(0));
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    crowd.choose_steps(steps);
    state.ResumeTiming();
    bytes = crowd.tick();
  }
  report_each(state, steps);
  state.counters["bytes"] = static_cast<double>(bytes);
}

void step(benchmark::State& state) {
  Crowd crowd(many_pieces, map_side, false);
  measure_steps(state, crowd);
}
void step_checked(benchmark::State& state) {
  Crowd crowd(static_cast<std::uint32_t>(state.range(0)), map_side / 10, true);
  measure_steps(state, crowd);
}

BENCHMARK(idle)->Name("world/idle");
BENCHMARK(step)->Name("world/step")->Arg(100)->Arg(10'000);
BENCHMARK(step_checked)->Name("world/step_checked")->Arg(1'000);

}  // namespace
}  // namespace madang::micro

BENCHMARK_MAIN();

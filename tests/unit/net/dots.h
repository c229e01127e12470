// Dots: a small game for tests of the network. A dot counts its pokes; a poke may also make its rules throw,
// or make it leave. An Entry without a name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "madang/world/game_info.h"
#include "madang/world/world.h"
#include "unit/net/gateway_fixture.h"

namespace madang::net {

struct Dot {
  std::uint32_t pokes = 0;
  static constexpr auto table = world::attributes("Dot", "", world::own("pokes", &Dot::pokes, ""));
};
struct Poke {
  std::uint8_t what = 0;
  static constexpr auto table = wire::packet(40, "Poke", "", wire::field("what", &Poke::what, ""));
};
struct Poked {
  std::uint8_t what = 0;
  static constexpr auto table =
      world::effect("Poked", "", world::WhenGone::drop, wire::field("what", &Poked::what, ""));
};
struct Colour {
  std::uint16_t colour = 0;
  static constexpr auto table = wire::record("Colour", "", wire::field("colour", &Colour::colour, ""));
};
struct Census {
  std::uint32_t entered = 0;
  std::uint16_t last_colour = 0;
  std::uint8_t not_told = 5;
  static constexpr auto table =
      world::attributes("Census", "", world::hidden("not_told", &Census::not_told, ""),
                        world::counter("entered", &Census::entered, "Dots that have entered"),
                        world::gauge("last_colour", &Census::last_colour, "Sum of the last colours"));
};
enum class DotEnding : std::uint8_t { faded, too_blue };

}  // namespace madang::net

namespace madang::wire {
template <>
inline constexpr auto enumeration<net::DotEnding> =
    Enumeration<2>{"DotEnding", "", {{{"faded", "your dot has faded"}, {"too_blue", "no blue dots here"}}}};
}  // namespace madang::wire

namespace madang::net {

struct DotParts : world::Parts {
  using Entities = wire::Types<Dot>;
  using Commands = wire::Types<Poke>;
  using Effects = wire::Types<Poked>;
  using WorldState = Census;
  using Entry = Colour;  // without a name
  using CloseReasons = DotEnding;
};
class Dots : public world::Rules<DotParts> {
 public:
  static constexpr std::string_view name = "dots";
  static constexpr std::uint8_t count = 0;
  static constexpr std::uint8_t throws = 1;
  static constexpr std::uint8_t leaves = 2;
  static constexpr std::uint8_t fades = 3;
  static constexpr std::uint16_t blue = 1;

  void enter(WorldChange& world, CharacterId character, const Colour& entry) const {
    if (entry.colour == 0) return world.refuse(character, CloseReason::bad_name);
    if (entry.colour == blue) return world.refuse(character, DotEnding::too_blue);
    ++world->entered;
    world->last_colour = entry.colour;
    world.place(character, Dot{}, {4, 4});
  }
  void decide(const View&, const Self<Dot>&, const Poke& poke, Proposals& propose) const {
    propose.self(Poked{poke.what});
  }
  void apply(Change<Dot>& self, const Poked& poked) const {
    if (poked.what == throws) throw std::runtime_error("out of dots");
    if (poked.what == leaves) return self.leave();
    if (poked.what == fades) return self.leave(DotEnding::faded);
    ++self->pokes;
  }
};

/// A world of dots.
inline std::unique_ptr<world::AnyWorld> make_dots(std::uint64_t number = 0, std::uint32_t dots_max = 100) {
  world::WorldConfig config;
  config.key.number = number;
  config.entities_max = dots_max;
  return std::make_unique<world::World<Dots>>(config, world::Map::empty(16, 16));
}

/// A server of dots.
class DotsTest : public GatewayTest {
 protected:
  explicit DotsTest(const Limits& limits = {})
      : GatewayTest(world::game_info<Dots>, make_dots(), 20, limits) {}
  /// Logs in to a world.
  void enter(std::uint32_t client, std::uint16_t colour = 7, std::size_t entry_bytes = 2,
             std::string_view world = {}, std::string_view name = "dot") {
    port_->connect();
    turn();
    std::byte entry[4]{};
    store(entry, colour);
    say(client,
        wire::Login{world::game_info<Dots>.protocol.schema, name, world, Bytes(entry).first(entry_bytes)});
    for (int i = 0; i < 2; ++i) tick();
  }
  std::vector<std::uint16_t> opcodes(std::uint32_t client) const {
    std::vector<std::uint16_t> all;
    Bytes rest = as_bytes(port_->sent[client]);
    while (const auto frame = wire::next_frame(rest)) all.push_back(frame->opcode);
    return all;
  }
  std::optional<CloseReason> goodbye(std::uint32_t client) const {
    const auto packet = goodbye_packet(client);
    return packet ? std::optional(packet->reason) : std::nullopt;
  }
  std::string goodbye_text(std::uint32_t client) const {
    return std::string(goodbye_packet(client).value_or(wire::Goodbye{}).text);
  }

 private:
  std::optional<wire::Goodbye> goodbye_packet(std::uint32_t client) const {
    std::optional<wire::Goodbye> goodbye;
    Bytes rest = as_bytes(port_->sent[client]);
    while (const auto frame = wire::next_frame(rest))
      if (frame->opcode == wire::opcode_of<wire::Goodbye>)
        goodbye = *wire::decode<wire::Goodbye>(frame->body);
    return goodbye;
  }
};

}  // namespace madang::net

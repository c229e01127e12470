// A protocol with fields of every type, for tests of the codecs in all languages. Its names are words of
// these languages. Clients and the server share an opcode for different packets, and a packet.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "madang/wire/id.h"
#include "madang/wire/protocol.h"

namespace madang::kinds {

enum class Colour : std::uint8_t { red, green, dark_blue };

}  // namespace madang::kinds

namespace madang::wire {

template <>
inline constexpr auto enumeration<kinds::Colour> = Enumeration<3>{
    "Colour", "A colour & its <name>.", {{{"red", ""}, {"green", "like \"grass\""}, {"dark_blue", ""}}}};

}  // namespace madang::wire

namespace madang::kinds {

using wire::field;

struct Place {
  float x = 0;
  double y = 0;
  bool operator==(const Place&) const = default;
  static constexpr auto table =
      wire::record("Place", "A place in the plane.", field("x", &Place::x, ""), field("y", &Place::y, ""));
};

struct Corner {
  Place at;
  std::array<std::int16_t, 3> tones{};
  std::string_view name;
  static constexpr auto table =
      wire::record("Corner", "A corner of a shape.", field("at", &Corner::at, ""),
                   field("tones", &Corner::tones, ""), field("name", &Corner::name, ""));
};

struct Numbers {
  std::uint8_t u8 = 0;
  std::uint16_t u16 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  std::int8_t i8 = 0;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  bool is_true = false;
  float f32 = 0;
  double f64 = 0;
  wire::Quantised<std::uint8_t, -1.0, 1.0> turn;
  wire::Quantised<std::uint16_t, -512.0, 512.5> height;
  wire::Quantised<std::uint32_t, 0.001, 1e6> mass;
  Colour colour = Colour::red;
  wire::Id id;
  static constexpr auto table = wire::packet(
      1, "Numbers", "A number of each type.", field("u8", &Numbers::u8, ""), field("u16", &Numbers::u16, ""),
      field("u32", &Numbers::u32, ""), field("u64", &Numbers::u64, ""), field("i8", &Numbers::i8, ""),
      field("i16", &Numbers::i16, ""), field("i32", &Numbers::i32, ""), field("i64", &Numbers::i64, ""),
      field("is_true", &Numbers::is_true, ""), field("f32", &Numbers::f32, ""),
      field("f64", &Numbers::f64, ""), field("turn", &Numbers::turn, "in half turns"),
      field("height", &Numbers::height, "in metres"), field("mass", &Numbers::mass, "in tonnes"),
      field("colour", &Numbers::colour, ""), field("id", &Numbers::id, ""));
};

struct Lists {
  wire::List<std::uint16_t> numbers;
  wire::List<double> reals;
  wire::List<Colour> colours;
  wire::List<std::string_view> texts;
  wire::List<Bytes> blobs;
  wire::List<wire::Id> ids;
  wire::List<Corner> corners;
  wire::List<wire::List<std::int8_t>> rows;
  wire::List<std::array<std::uint8_t, 2>> pairs;
  std::array<wire::List<Place>, 2> paths;
  std::array<std::array<bool, 2>, 3> squares{};
  static constexpr auto table =
      wire::packet(2, "Lists", "Lists of everything.", field("numbers", &Lists::numbers, ""),
                   field("reals", &Lists::reals, ""), field("colours", &Lists::colours, ""),
                   field("texts", &Lists::texts, ""), field("blobs", &Lists::blobs, ""),
                   field("ids", &Lists::ids, ""), field("corners", &Lists::corners, ""),
                   field("rows", &Lists::rows, ""), field("pairs", &Lists::pairs, ""),
                   field("paths", &Lists::paths, ""), field("squares", &Lists::squares, ""));
};

/// Its fields are words of the languages of the codecs.
struct Words {
  std::string_view event;
  ShortText<9> function;
  Bytes object;
  Corner from;
  std::uint8_t to = 0;
  std::uint8_t value = 0;
  std::uint8_t items = 0;
  std::uint8_t mask = 0;
  bool in = false;
  std::uint16_t end = 0;
  static constexpr auto table = wire::packet(
      3, "Words", "Names that are words.", field("event", &Words::event, ""),
      field("function", &Words::function, ""), field("object", &Words::object, ""),
      field("from", &Words::from, ""), field("to", &Words::to, ""), field("value", &Words::value, ""),
      field("items", &Words::items, ""), field("mask", &Words::mask, ""), field("in", &Words::in, ""),
      field("end", &Words::end, ""));
};

struct Nothing {
  static constexpr auto table = wire::packet(4, "Nothing", "No fields.");
};

/// The server's packet with the opcode of Numbers.
struct Other {
  std::uint8_t other = 0;
  static constexpr auto table = wire::packet(1, "Other", "Another packet with the opcode of Numbers.",
                                             field("other", &Other::other, ""));
};

using ClientPackets = wire::Types<Numbers, Lists, Words, Nothing>;
using ServerPackets = wire::Types<Other, Lists, Nothing>;

inline constexpr wire::Protocol protocol =
    wire::make_protocol<ClientPackets, ServerPackets>("all_kinds", 7801);

}  // namespace madang::kinds

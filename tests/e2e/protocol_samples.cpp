// What test_protocol.py needs of the C++ side. `madang_protocol_samples board|kinds WHAT` prints:
//   --typescript, --csharp ...   the generated texts
//   tables                       the tables as JSON, for the playground
//   samples                      a TypeScript module with packets of every kind as literals, and their frames
//   frames                       the same frames, one a line: sender, packet, hex
//   spoilt                       frames with some wrong bytes: sender, hex
//   round                        decodes the lines "sender hex" of the standard input. Encodes the packets,
//   and
//                                prints "ok hex", or the fault of the frame. (kinds only)
//
// The bytes of a sample are made from the tables as plain data, and not by the codec: a second opinion.
#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "board/board_config.h"
#include "fuzz/kinds_protocol.h"
#include "madang/base/random.h"
#include "madang/base/real.h"
#include "madang/server/operator_protocol.h"
#include "madang/wire/dispatch.h"
#include "madang/wire/frame.h"
#include "madang/wire/generated_names.h"
#include "madang/wire/protocol.h"

namespace madang::wire {
namespace {

enum class Sample : std::uint8_t { smallest, largest, arbitrary };

/// A packet as TypeScript writes it, and its bytes.
class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  void record(const RecordInfo& record, Sample sample, std::string_view kind = "") {
    literal += "{ ";
    if (!kind.empty()) literal += fmt::format("kind: \"{}\", ", kind);
    std::uint64_t mask = 0;
    for (const FieldInfo& field : record.fields) {
      literal += camel_case(field.name) + ": ";
      if (!field.is_always_there() && (mask >> field.bit & 1) == 0) {
        literal += "undefined";
      } else if (is_mask(record, field)) {
        mask = number(bytes_of(field.type.kind), sample);
        literal += std::to_string(mask);
      } else {
        value(field.type, sample);
      }
      literal += ", ";
    }
    literal += "}";
  }

  std::string literal;
  std::string bytes;

 private:
  static std::size_t bytes_of(TypeKind kind) {
    switch (kind) {
      case TypeKind::u8:
      case TypeKind::i8: return 1;
      case TypeKind::u16:
      case TypeKind::i16: return 2;
      case TypeKind::u32:
      case TypeKind::i32: return 4;
      default: return 8;
    }
  }

  void put(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
  }
  std::uint64_t choose(std::uint64_t end, Sample sample) {
    if (sample == Sample::smallest) return 0;
    return sample == Sample::largest ? end - 1 : random_.below(static_cast<std::uint32_t>(end));
  }
  /// Writes a number of this size, and returns it.
  std::uint64_t number(std::size_t size, Sample sample) {
    const std::uint64_t all = size == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size)) - 1;
    std::uint64_t value = random_.next() & all;
    if (sample == Sample::smallest) value = 0;
    if (sample == Sample::largest) value = all;
    put(value, size);
    return value;
  }

  void value(const TypeInfo& type, Sample sample) {
    switch (type.kind) {
      case TypeKind::u8:
      case TypeKind::u16:
      case TypeKind::u32: literal += std::to_string(number(bytes_of(type.kind), sample)); return;
      case TypeKind::u64: literal += fmt::format("{}n", number(8, sample)); return;
      case TypeKind::i8:
      case TypeKind::i16:
      case TypeKind::i32: {
        const std::size_t size = bytes_of(type.kind);
        const std::uint64_t value = number(size, sample);
        const std::int64_t half = std::int64_t{1} << (8 * size - 1);
        literal += std::to_string((static_cast<std::int64_t>(value) ^ half) - half);
        return;
      }
      case TypeKind::i64: literal += fmt::format("{}n", static_cast<std::int64_t>(number(8, sample))); return;
      case TypeKind::boolean: {
        const std::uint64_t value = choose(2, sample);
        put(value, 1);
        literal += value ? "true" : "false";
        return;
      }
      case TypeKind::id: {
        const std::uint64_t high = number(8, sample);
        literal += fmt::format("0x{:016x}", high);
        literal += fmt::format("{:016x}n", number(8, sample));
        return;
      }
      case TypeKind::text: {
        const std::string text = utf8(choose(type.count + 1u, sample));
        put(text.size(), 1);
        bytes += text;
        literal += nlohmann::json(text).dump();
        return;
      }
      case TypeKind::blob: {
        const std::uint64_t size = choose(1'000, sample);
        put(size, 2);
        literal += "new Uint8Array([";
        for (std::uint64_t i = 0; i < size; ++i) literal += fmt::format("{},", number(1, sample));
        literal += "])";
        return;
      }
      case TypeKind::enumeration: {
        const std::uint64_t value = choose(type.enumeration->values.size(), sample);
        put(value, 1);
        literal +=
            fmt::format("{}.{}", type.enumeration->name, camel_case(type.enumeration->values[value].name));
        return;
      }
      case TypeKind::f32: return real<float>(sample);
      case TypeKind::f64: return real<double>(sample);
      case TypeKind::quantised: {
        const QuantisedInfo& info = *type.quantised;
        const std::size_t size = bytes_of(info.steps);
        const double steps_max = size == 1 ? 255 : size == 2 ? 65'535 : 4'294'967'295;
        const auto steps = static_cast<double>(number(size, sample));
        literal += fmt::format("{}", info.low + steps * ((info.high - info.low) / steps_max));
        return;
      }
      case TypeKind::record: return record(*type.record, sample);
      case TypeKind::array: return items(*type.item, type.count, sample);
      case TypeKind::list: {
        const std::uint64_t count = choose(21, sample);
        put(count, 2);
        return items(*type.item, count, sample);
      }
    }
  }

  void items(const TypeInfo& item, std::uint64_t count, Sample sample) {
    literal += "[";
    for (std::uint64_t i = 0; i < count; ++i) {
      value(item, sample);
      literal += ",";
    }
    literal += "]";
  }
  template <Real T>
  void real(Sample sample) {
    T value = std::bit_cast<T>(static_cast<BitsOf<T>>(random_.next()));
    if (sample == Sample::smallest || !is_finite(value)) value = 0;
    if (sample == Sample::largest) value = std::numeric_limits<T>::max();
    literal += fmt::format("{}", static_cast<double>(value));
    put(std::bit_cast<BitsOf<T>>(value), sizeof value);
  }

  /// Returns UTF-8 of exactly this number of bytes.
  std::string utf8(std::uint64_t size) {
    static constexpr std::string_view letters[] = {"a", "é", "마", "♞", "🙂", "\"", "\\"};
    std::string all;
    while (all.size() < size) {
      const std::string_view letter = letters[random_.below(std::size(letters))];
      all += all.size() + letter.size() <= size ? letter : "x";
    }
    return all;
  }

  Random& random_;
};

std::string frame_of(std::uint16_t opcode, const std::string& body) {
  std::string frame;
  for (const std::size_t number : {body.size() + frame_header_bytes, std::size_t{opcode}}) {
    frame += static_cast<char>(number);
    frame += static_cast<char>(number >> 8);
  }
  return frame + body;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
  return text;
}

/// Calls visit(packet, literal, frame) with some samples of every packet.
template <class Visit>
void for_each_sample(std::span<const PacketInfo> packets, Visit visit) {
  Random random(7777);
  for (const PacketInfo& packet : packets)
    for (const Sample sample :
         {Sample::smallest, Sample::largest, Sample::arbitrary, Sample::arbitrary, Sample::arbitrary}) {
      Writer writer(random);
      writer.record(packet.record, sample, packet.record.name);
      visit(packet, writer.literal, frame_of(packet.opcode, writer.bytes));
    }
}

void print_sample_module(const Protocol& protocol) {
  std::string names;
  for (const EnumInfo* info : enumerations_of(protocol)) names += fmt::format("{}, ", info->name);
  fmt::print("import {{ {}type ClientPacket, type ServerPacket }} from \"./protocol\";\n", names);
  const auto print_samples = [](std::span<const PacketInfo> packets, std::string_view sender,
                                std::string_view type) {
    fmt::print("\nexport const {}Samples: readonly {{ readonly packet: {}; readonly frame: string }}[] = [\n",
               sender, type);
    for_each_sample(packets, [](const PacketInfo&, const std::string& literal, const std::string& frame) {
      fmt::print("  {{ packet: {}, frame: \"{}\" }},\n", literal, hex(frame));
    });
    fmt::print("];\n");
  };
  print_samples(protocol.client, "client", "ClientPacket");
  print_samples(protocol.server, "server", "ServerPacket");
}

void print_spoilt_frames(const Protocol& protocol) {
  Random random(99);
  const auto print_all = [&](std::span<const PacketInfo> packets, std::string_view sender) {
    for_each_sample(packets, [&](const PacketInfo&, const std::string&, const std::string& frame) {
      for (int i = 0; i < 40; ++i) {
        std::string spoilt = frame;
        const auto size = static_cast<std::uint32_t>(spoilt.size());
        if (random.chance(1, 3)) spoilt.resize(random.below(size + 3));
        for (std::uint32_t wrong = random.below(3); wrong > 0 && !spoilt.empty(); --wrong)
          spoilt[random.below(static_cast<std::uint32_t>(spoilt.size()))] = static_cast<char>(random.next());
        if (spoilt.size() >= 2 && spoilt.size() <= frame_size_max && random.chance(3, 4)) {
          spoilt[0] = static_cast<char>(spoilt.size());
          spoilt[1] = static_cast<char>(spoilt.size() >> 8);
        }
        fmt::print("{} {}\n", sender, hex(spoilt));
      }
    });
  };
  print_all(protocol.client, "client");
  print_all(protocol.server, "server");
}

/// Returns "ok" and the frame of the decoded packet, or what is wrong with the frame.
template <class Packets>
std::string round_trip(Packets packets, Bytes bytes) {
  Bytes rest = bytes;
  const FrameResult frame = next_frame(rest);
  if (!frame || !rest.empty()) return "bad_frame_size";
  std::string result;
  const CloseReason fault = visit_packet(packets, *frame, [&](const auto& packet) {
    Buffer again;
    append(again, packet);
    result = "ok " + hex(as_text(again.bytes()));
  });
  return fault == CloseReason::none ? result : std::string(name_of(fault));
}

void run_round_trips() {
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t space = line.find(' ');
    std::string bytes;
    for (std::size_t i = space + 1; i + 1 < line.size(); i += 2)
      bytes += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
    const std::string result = line.starts_with("client")
                                   ? round_trip(kinds::ClientPackets{}, as_bytes(bytes))
                                   : round_trip(kinds::ServerPackets{}, as_bytes(bytes));
    fmt::print("{}\n", result);
  }
}

void print_frames(const Protocol& protocol) {
  const auto print_all = [](std::span<const PacketInfo> packets, std::string_view sender) {
    for_each_sample(packets, [&](const PacketInfo& packet, const std::string&, const std::string& frame) {
      fmt::print("{} {} {}\n", sender, packet.record.name, hex(frame));
    });
  };
  print_all(protocol.client, "client");
  print_all(protocol.server, "server");
}

}  // namespace
}  // namespace madang::wire

int main(int argc, char** argv) {
  namespace wire = madang::wire;
  const std::string_view which = argc == 3 ? argv[1] : "";
  const std::string_view what = argc == 3 ? argv[2] : "";
  const wire::Protocol& protocol =
      which == "kinds" ? madang::kinds::protocol : madang::board::game_info().protocol;
  if (what.starts_with("--")) {
    const char* const arguments[] = {argv[0], argv[2]};
    return wire::protocol_main(protocol, 2, arguments);
  }
  if (what == "tables") {
    fmt::print("{}\n", madang::server::protocol_json(protocol).dump());
  } else if (what == "samples") {
    wire::print_sample_module(protocol);
  } else if (what == "frames") {
    wire::print_frames(protocol);
  } else if (what == "spoilt") {
    wire::print_spoilt_frames(protocol);
  } else if (what == "round" && which == "kinds") {
    wire::run_round_trips();
  } else {
    fmt::print(stderr, "protocol_samples board|kinds --FORMAT|tables|samples|frames|spoilt|round\n");
    return 2;
  }
  return 0;
}

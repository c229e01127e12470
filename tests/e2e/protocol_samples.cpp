// What test_protocol.py needs of the C++ side, on standard output:
//   typescript, wireshark   the generated texts
//   samples                 a TypeScript module with packets of every kind as literals, and their frames
//   frames                  the same frames, one a line: sender, packet, hex
//
// The bytes of a sample are made from the tables as plain data, and not by the codec: a second opinion.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "board/board_config.h"
#include "madang/base/random.h"
#include "madang/wire/frame.h"
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
      literal += name_in_typescript(field.name) + ": ";
      if (!field.is_always_there() && (mask >> field.bit & 1) == 0) {
        literal += "undefined";
      } else if (field.name == "mask") {
        mask = number(bytes_of(field.kind), sample);
        literal += std::to_string(mask);
      } else {
        value(field, sample);
      }
      literal += ", ";
    }
    literal += "}";
  }

  std::string literal;
  std::string bytes;

 private:
  /// As it is written in TypeScript.
  static std::string name_in_typescript(std::string_view name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i)
      text += name[i] == '_' ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
    return text;
  }
  static std::size_t bytes_of(FieldKind kind) {
    switch (kind) {
      case FieldKind::u8:
      case FieldKind::i8: return 1;
      case FieldKind::u16:
      case FieldKind::i16: return 2;
      case FieldKind::u32:
      case FieldKind::i32: return 4;
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

  void value(const FieldInfo& field, Sample sample) {
    switch (field.kind) {
      case FieldKind::u8:
      case FieldKind::u16:
      case FieldKind::u32: literal += std::to_string(number(bytes_of(field.kind), sample)); return;
      case FieldKind::u64: literal += fmt::format("{}n", number(8, sample)); return;
      case FieldKind::i8:
      case FieldKind::i16:
      case FieldKind::i32: {
        const std::size_t size = bytes_of(field.kind);
        const std::uint64_t value = number(size, sample);
        const std::int64_t half = std::int64_t{1} << (8 * size - 1);
        literal += std::to_string((static_cast<std::int64_t>(value) ^ half) - half);
        return;
      }
      case FieldKind::i64:
        literal += fmt::format("{}n", static_cast<std::int64_t>(number(8, sample)));
        return;
      case FieldKind::boolean: {
        const std::uint64_t value = choose(2, sample);
        put(value, 1);
        literal += value ? "true" : "false";
        return;
      }
      case FieldKind::id: {
        const std::uint64_t high = number(8, sample);
        literal += fmt::format("0x{:016x}", high);
        literal += fmt::format("{:016x}n", number(8, sample));
        return;
      }
      case FieldKind::text: {
        const std::string text = utf8(choose(256, sample));
        put(text.size(), 1);
        bytes += text;
        literal += nlohmann::json(text).dump();
        return;
      }
      case FieldKind::blob: {
        const std::uint64_t size = choose(1'000, sample);
        put(size, 2);
        literal += "new Uint8Array([";
        for (std::uint64_t i = 0; i < size; ++i) literal += fmt::format("{},", number(1, sample));
        literal += "])";
        return;
      }
      case FieldKind::enumeration: {
        const std::uint64_t value = choose(field.enumeration->values.size(), sample);
        put(value, 1);
        literal += fmt::format("{}.{}", field.enumeration->name,
                               name_in_typescript(field.enumeration->values[value].name));
        return;
      }
      case FieldKind::list: {
        const std::uint64_t count = choose(21, sample);
        put(count, 2);
        literal += "[";
        for (std::uint64_t i = 0; i < count; ++i) {
          record(*field.item, sample);
          literal += ",";
        }
        literal += "]";
        return;
      }
    }
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
  const std::string_view what = argc > 1 ? argv[1] : "";
  const madang::wire::Protocol& protocol = madang::board::game_info().protocol;
  if (what == "typescript") {
    fmt::print("{}", madang::wire::protocol_typescript(protocol));
  } else if (what == "wireshark") {
    fmt::print("{}", madang::wire::protocol_wireshark(protocol));
  } else if (what == "samples") {
    madang::wire::print_sample_module(protocol);
  } else if (what == "frames") {
    madang::wire::print_frames(protocol);
  } else {
    fmt::print(stderr, "protocol_samples typescript|wireshark|samples|frames\n");
    return 2;
  }
  return 0;
}

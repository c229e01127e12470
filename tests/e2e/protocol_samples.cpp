// What test_protocol.py needs of the C++ side, on standard output:
//   typescript, wireshark   the generated texts
//   samples                 a TypeScript module with packets of every kind as literals, and their frames
//   frames                  the same frames, one a line: sender, packet, hex
#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "madang/wire/packets.h"
#include "madang/wire/protocol.h"
#include "unit/wire/samples.h"

namespace madang::wire {
namespace {

std::string hex(Bytes bytes) {
  std::string text;
  for (const std::byte byte : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

/// As it is written in TypeScript.
std::string name_in_typescript(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i)
    text += name[i] == '_' ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
  return text;
}

template <class T>
std::string literal(const T& value) {
  if constexpr (std::same_as<T, std::uint64_t>) {
    return fmt::format("{}n", value);
  } else if constexpr (Number<T>) {
    return fmt::format("{}", value);
  } else if constexpr (Enumerated<T>) {
    return fmt::format("{}.{}", enumeration<T>.name,
                       name_in_typescript(enumeration<T>.values[static_cast<std::size_t>(value)].name));
  } else if constexpr (std::same_as<T, std::string_view>) {
    return nlohmann::json(value).dump();
  } else if constexpr (std::same_as<T, Bytes>) {
    std::string text = "new Uint8Array([";
    for (const std::byte byte : value)
      fmt::format_to(std::back_inserter(text), "{},", std::to_integer<unsigned>(byte));
    return text + "])";
  } else if constexpr (is_list<T>) {
    std::string text = "[";
    for (const auto& item : value) text += literal(item) + ",";
    return text + "]";
  } else {
    std::string text = "{ ";
    if constexpr (Packet<T>) text += fmt::format("kind: \"{}\", ", T::table.name);
    for_each_field<T>([&](const auto& field) {
      text += fmt::format("{}: {}, ", name_in_typescript(field.name), literal(value.*(field.member)));
    });
    return text + "}";
  }
}

/// Calls `visit(packet, frame)` with some packets of every kind.
template <Packet... Packets>
void for_each_sample(Types<Packets...>, auto visit) {
  Samples samples(7777);
  samples.list_size = 20;
  samples.blob_bytes = 1'000;
  const auto visit_one = [&]<Packet P>(const P& packet) {
    Buffer frame;
    append(frame, packet);
    visit(packet, frame.bytes());
  };
  const auto visit_kind = [&]<Packet P>(const P*) {
    visit_one(samples.make<P>(Sample::smallest));
    visit_one(samples.make<P>(Sample::largest));
    for (int i = 0; i < 3; ++i) visit_one(samples.make<P>(Sample::arbitrary));
  };
  (visit_kind(static_cast<const Packets*>(nullptr)), ...);
}

void print_sample_module() {
  fmt::print(
      "import {{ CloseReason, Direction, Looks, MoveResult, NotSaidReason, type ClientPacket, type "
      "ServerPacket }} "
      "from \"./protocol\";\n");
  const auto print_samples = [](auto packets, std::string_view sender, std::string_view type) {
    fmt::print("\nexport const {}Samples: readonly {{ readonly packet: {}; readonly frame: string }}[] = [\n",
               sender, type);
    for_each_sample(packets, [](const auto& packet, Bytes frame) {
      fmt::print("  {{ packet: {}, frame: \"{}\" }},\n", literal(packet), hex(frame));
    });
    fmt::print("];\n");
  };
  print_samples(ClientPackets{}, "client", "ClientPacket");
  print_samples(ServerPackets{}, "server", "ServerPacket");
}

void print_frames() {
  const auto print_all = [](auto packets, std::string_view sender) {
    for_each_sample(packets, [&]<Packet P>(const P&, Bytes frame) {
      fmt::print("{} {} {}\n", sender, P::table.name, hex(frame));
    });
  };
  print_all(ClientPackets{}, "client");
  print_all(ServerPackets{}, "server");
}

}  // namespace
}  // namespace madang::wire

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "typescript") {
    fmt::print("{}", madang::wire::protocol_typescript());
  } else if (what == "wireshark") {
    fmt::print("{}", madang::wire::protocol_wireshark());
  } else if (what == "samples") {
    madang::wire::print_sample_module();
  } else if (what == "frames") {
    madang::wire::print_frames();
  } else {
    fmt::print(stderr, "protocol_samples typescript|wireshark|samples|frames\n");
    return 2;
  }
  return 0;
}

// GameInfo: what the network needs to know of a game: its protocol, and which packets are valid. Plain values
// that live as long as the program; any thread.
//
// The game's rules have a name: static constexpr std::string_view name. They may have a port of their own:
// static constexpr std::uint16_t default_port.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/dispatch.h"
#include "madang/wire/protocol.h"
#include "madang/wire/schema.h"
#include "madang/wire/session_packets.h"
#include "madang/world/kind_packets.h"
#include "madang/world/metrics.h"
#include "madang/world/rules.h"

namespace madang::world {

struct GameInfo {
  std::string_view name;
  const wire::Protocol& protocol;
  CloseReasons close_reasons;
  /// The game's Entry begins with a text "name". The server puts the name of the login there, which it has
  /// checked; the client sends the other fields.
  bool has_name = false;
  /// The size of these other fields, with full texts and empty lists.
  std::size_t entry_bytes = 0;
  /// The attributes of a world that are metrics of the server, as sums of all worlds.
  std::span<const MetricInfo> metrics{};
  /// What the operator can do in a world (Parts::OperatorActions). An input has the number of the action
  /// here.
  std::span<const wire::RecordInfo> operator_actions{};
  /// Returns none if the packet is a command of the game; else unknown_opcode or bad_packet.
  CloseReason (*check_command)(std::uint16_t opcode, Bytes body) = nullptr;
};

/// Returns whether the first field of an Entry is a text "name".
template <class Entry>
consteval bool begins_with_name() {
  if constexpr (wire::field_count<Entry> == 0) {
    return false;
  } else {
    constexpr auto first = std::get<0>(Entry::table.fields);
    return wire::is_short_text<typename decltype(first)::Type> && first.name == "name";
  }
}

/// Returns the size of what the client sends of an Entry, with full texts and empty lists.
template <class Entry>
consteval std::size_t entry_bytes_of() {
  std::size_t bytes = 0;
  std::apply(
      [&](const auto&... fields) {
        [[maybe_unused]] const auto add = [&]<class Field>(const Field&) {
          using Type = Field::Type;
          bytes += wire::size_of(Type{});
          if constexpr (wire::is_short_text<Type>) bytes += Type::capacity;
        };
        (add(fields), ...);
        if constexpr (begins_with_name<Entry>()) {
          using Name = std::remove_cvref_t<decltype(std::get<0>(Entry::table.fields))>::Type;
          bytes -= wire::size_of(Name{}) + Name::capacity;
        }
      },
      Entry::table.fields);
  return bytes;
}

/// Returns the port that a game names; else 7777.
template <class Game>
consteval std::uint16_t default_port_of() {
  if constexpr (requires { Game::default_port; }) return Game::default_port;
  return 7777;
}

/// The reasons of a game's own for the end of a session, as their numbers count.
template <class Reasons>
consteval auto own_close_reasons() {
  if constexpr (std::same_as<Reasons, NoCloseReasons>) {
    return std::array<CloseReasonText, 0>{};
  } else {
    static_assert(wire::explain_field_type<Reasons>());
    constexpr const auto& values = wire::enumeration<Reasons>.values;
    static_assert(values.size() <= game_close_reasons_max, "a game has at most 32 reasons of its own");
    std::array<CloseReasonText, values.size()> texts{};
    for (std::size_t i = 0; i < values.size(); ++i) {
      texts[i] = {values[i].name, values[i].doc};
      for (const CloseReasonText& engines : close_reason_texts)
        if (engines.name == values[i].name) throw "a reason of the game has the name of one of the engine's";
    }
    return texts;
  }
}

/// The tables of all packets of a game's clients and of its server, in the order of opcodes.
template <class Game>
struct GameProtocol {
  using Parts = Game::Parts;
  using Entry = Parts::Entry;
  using Offset = Parts::Offset;

  static constexpr auto own_reasons = own_close_reasons<typename Parts::CloseReasons>();
  static constexpr auto all_reasons = [] {
    constexpr std::size_t engines = close_reason_texts.size();
    std::array<wire::Value, engines + own_reasons.size()> values{};
    std::ranges::copy(wire::enumeration<CloseReason>.values, values.begin());
    for (std::size_t i = 0; i < own_reasons.size(); ++i)
      values[engines + i] = {own_reasons[i].name, own_reasons[i].text};
    return values;
  }();
  static constexpr wire::EnumInfo reasons{wire::enumeration<CloseReason>.name,
                                          wire::enumeration<CloseReason>.doc, all_reasons};
  /// The fields of a packet, whose CloseReason has the reasons of the game, too.
  template <wire::Packet P>
  static constexpr auto with_reasons = [] {
    auto fields = wire::InfoOf<P>::fields;
    for (wire::FieldInfo& field : fields)
      if (field.type.enumeration == &wire::enum_info<CloseReason>) field.type.enumeration = &reasons;
    return fields;
  }();
  static constexpr auto session_server = []<wire::Packet... P>(wire::Types<P...>) {
    return std::array{
        wire::PacketInfo{wire::opcode_of<P>, {P::table.name, P::table.doc, with_reasons<P>}}...};
  }(wire::SessionServerPackets{});

  static constexpr auto client = joined(wire::packet_infos(wire::SessionClientPackets{}),
                                        wire::packet_infos(typename Parts::Commands{}));
  static constexpr auto kinds = []<class... E>(wire::Types<E...>) {
    std::array<wire::PacketInfo, (KindPackets<E, typename Parts::Entities, Offset>::count + ... + 0)> infos{};
    std::size_t at = 0;
    const auto add = [&](const auto& packets) {
      for (const wire::PacketInfo& packet : packets) infos[at++] = packet;
    };
    (add(KindPackets<E, typename Parts::Entities, Offset>::packets), ...);
    return infos;
  }(typename Parts::Entities{});
  static constexpr auto server =
      joined(joined(session_server, wire::packet_infos(wire::CellPackets<Offset>{})),
             joined(wire::packet_infos(typename Parts::Answers{}), kinds));

  static_assert([]<class... E>(wire::Types<E...>) { return ((metric_count<E> == 0) && ...); }(
                    typename Parts::Entities{}),
                "a counter or gauge is an attribute of the world, not of an entity");

  static constexpr std::size_t name_fields = begins_with_name<Entry>() ? 1 : 0;
  static constexpr wire::RecordInfo entry = [] {
    constexpr const wire::RecordInfo& whole = wire::InfoOf<Entry>::record;
    return wire::RecordInfo{whole.name, whole.doc, whole.fields.subspan(name_fields)};
  }();

  static_assert(wire::check_packets<wire::game_client_opcode_min, wire::game_client_opcode_max>(
                    typename Parts::Commands{}) &&
                wire::check_packets<wire::game_server_opcode_min, wire::game_server_opcode_max>(
                    typename Parts::Answers{}));
  static constexpr wire::Protocol protocol = [] {
    wire::check_names(Game::name, client, server, &entry);
    return wire::Protocol{Game::name, default_port_of<Game>(),
                          client,     server,
                          &entry,     wire::hash_schema(client, server, &entry)};
  }();
};

template <class Game>
CloseReason check_command(std::uint16_t opcode, Bytes body) {
  return wire::visit_packet(typename Game::Parts::Commands{}, {opcode, body}, [](const auto&) {});
}
template <class... Action>
consteval std::array<wire::RecordInfo, sizeof...(Action)> action_infos(wire::Types<Action...>) {
  const std::array<wire::RecordInfo, sizeof...(Action)> infos{wire::InfoOf<Action>::record...};
  for (std::size_t i = 0; i < infos.size(); ++i)
    for (std::size_t other = 0; other < i; ++other)
      if (infos[i].name == infos[other].name) throw "two actions of the operator have the same name";
  return infos;
}
template <class Game>
inline constexpr auto operator_actions = action_infos(typename Game::Parts::OperatorActions{});

template <class Game>
inline constexpr GameInfo game_info{Game::name,
                                    GameProtocol<Game>::protocol,
                                    CloseReasons(GameProtocol<Game>::own_reasons),
                                    begins_with_name<typename Game::Parts::Entry>(),
                                    entry_bytes_of<typename Game::Parts::Entry>(),
                                    metric_infos<typename Game::Parts::WorldState>,
                                    operator_actions<Game>,
                                    &check_command<Game>};

}  // namespace madang::world

// What a World says of differences between two runs. Included by world.h.
#pragma once

#include <typeinfo>

#include "madang/world/world.h"

namespace madang::world {

template <class Game>
std::optional<Difference> World<Game>::first_difference(const AnyWorld& other) const {
  const auto* its = dynamic_cast<const World*>(&other);
  MADANG_CHECK(its, "two worlds of different games are compared");
  if (auto found = world::first_difference<Parts>(cores(), its->cores())) return found;
  if (auto found = world::first_difference(first().tick, pending(), its->pending())) return found;
  if (hash() == other.hash()) return std::nullopt;
  return Difference{first().tick, EntityId::of_world(), "what clients get in the next tick", "this",
                    "another"};
}

template <class Game>
std::string World<Game>::describe(const Input& input) const {
  const auto described = [&]<class Value>(std::string_view name, const Value* value) {
    if (!value) return fmt::format("{} of {} bytes that are not valid", name, input.body.size());
    const std::string fields = world::describe(*value);
    return fields.empty() ? std::string(name) : fmt::format("{} ({})", name, fields);
  };
  const auto parsed = [&]<class Value>(std::string_view name, Value value) {
    Bytes rest = input.body;
    return described(name, wire::parse(rest, value) && rest.empty() ? &value : nullptr);
  };
  switch (input.kind) {
    case Input::Kind::enter: return parsed("enter", typename Parts::Entry{});
    case Input::Kind::come_back: return parsed("come back", ComeBack{});
    case Input::Kind::leave: return "leave";
    case Input::Kind::attach: return "attach";
    case Input::Kind::say: return parsed("say", Words{});
    case Input::Kind::shout: return parsed("shout", Words{});
    case Input::Kind::operate: {
      std::string text = fmt::format("unknown action {} of the operator", input.opcode);
      const auto describe_action = [&]<class Action>(wire::Types<Action>) {
        if (input.opcode == index_in<Action, typename Parts::OperatorActions>)
          text = "operator: " + parsed(Action::table.name, Action{});
      };
      [&]<class... Action>(wire::Types<Action...>) {
        (describe_action(wire::Types<Action>{}), ...);
      }(typename Parts::OperatorActions{});
      return text;
    }
    case Input::Kind::command: break;
  }
  std::string text = fmt::format("unknown command {} of {} bytes", input.opcode, input.body.size());
  const auto describe_packet = [&]<wire::Packet Packet>(wire::Types<Packet>) {
    if (input.opcode == wire::opcode_of<Packet>) text = parsed(Packet::table.name, Packet{});
  };
  [&]<class... Packet>(wire::Types<Packet...>) {
    (describe_packet(wire::Types<Packet>{}), ...);
  }(typename Parts::Commands{});
  return text;
}

template <class Attributes>
std::vector<AttributeText> texts_of(const Attributes& attributes) {
  std::vector<AttributeText> texts;
  wire::for_each_field<Attributes>(
      [&](const auto& field) { texts.push_back({field.name, world::describe(attributes.*(field.member))}); });
  return texts;
}

template <class Game>
std::vector<AttributeText> World<Game>::attributes(EntityId id) const {
  std::vector<AttributeText> texts;
  for (const auto& zone : zones_) {
    const Core<Parts>& core = zone->core();
    const std::uint32_t slot = core.registry.find(id);
    if (slot == Registry::none) continue;
    const Row& row = core.registry.row(slot);
    core.columns.with(row.kind, row.place, [&](const auto& attributes) { texts = texts_of(attributes); });
  }
  return texts;
}

template <class Game>
std::vector<AttributeText> World<Game>::own_attributes() const {
  return texts_of(first().world);
}

}  // namespace madang::world

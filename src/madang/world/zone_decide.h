// The first step of the tick of a Zone: decide. Included by zone.h.
#pragma once

#include <algorithm>
#include <utility>

#include "madang/base/sort_by_key.h"
#include "madang/wire/session_packets.h"
#include "madang/world/zone.h"

namespace madang::world {

template <class Game>
void Zone<Game>::take(std::span<const Input> inputs, std::uint32_t length) {
  if (inputs.empty() && is_quiet(length)) return skip(length);
  begin_tick(inputs, length);
  exchange();
}

/// Decides and applies.
template <class Game>
void Zone<Game>::begin_tick(std::span<const Input> inputs, std::uint32_t length) {
  core_.tick += length;
  is_output_clear_ = false;
  made_.clear_output();
  std::swap(arriving_, made_.next);
  made_.next.clear();
  world_maker_ = {.id = EntityId::of_world()};
  sort(inputs);
  end_step(Step::sort);
  decide_all({core_.tick, length});
  end_step(Step::decide);
  apply_all();
}

/// Sorts the inputs into commands, newcomers and actions of the operator, which keep their order. The order
/// of different characters must not matter, so it is fixed here.
template <class Game>
void Zone<Game>::sort(std::span<const Input> inputs) {
  commands_.clear();
  newcomers_.clear();
  operations_.clear();
  for (const Input& input : inputs) {
    if (input.kind == Input::Kind::operate) {
      if (has_world()) operations_.push_back(&input);
      continue;
    }
    if (!input.is_entry()) {
      commands_.push_back({input.character, &input, Registry::none});
      continue;
    }
    if (!has_world()) continue;
    newcomers_.push_back(
        {order_of(core_.config.key.seed, core_.tick, EntityId::of(input.character)), &input});
  }
  // The commands of one character keep their order.
  sort_by_key(commands_, spare_commands_, [](const Command& command) { return command.character.value; });
  if (newcomers_.empty()) return;
  std::ranges::sort(newcomers_, [](const Newcomer& one, const Newcomer& other) {
    return std::tie(one.order, one.input->character, one.input) <
           std::tie(other.order, other.input->character, other.input);
  });
  // A character that enters and leaves in one tick does not enter. One that enters twice does so once.
  std::erase_if(newcomers_, [&](const Newcomer& newcomer) {
    const auto its_commands =
        std::ranges::equal_range(commands_, newcomer.input->character, {}, &Command::character);
    return std::ranges::any_of(its_commands, [&](const Command& command) {
      return command.input->kind == Input::Kind::leave && command.input > newcomer.input;
    });
  });
  const auto twice =
      std::ranges::unique(newcomers_, {}, [](const Newcomer& newcomer) { return newcomer.input->character; });
  newcomers_.erase(twice.begin(), twice.end());
}

template <class Game>
void Zone<Game>::decide_all(Clock clock) {
  if (checks_) checks_->decisions.clear();
  // In loops of their own: then the processor waits for the memory of several entities at once.
  for (const Command& command : commands_) core_.registry.prefetch_index(command.character);
  for (const Command& command : commands_) core_.registry.prefetch_row(command.character);
  for (Command& command : commands_) {
    command.slot = core_.registry.find(command.character);
    if (command.slot == Registry::none) continue;
    const Row& row = core_.registry.row(command.slot);
    core_.columns.prefetch(row.kind, row.place);
  }
  for (const Command& command : commands_) {
    const std::uint32_t slot = command.slot;
    if (slot == Registry::none) continue;
    switch (command.input->kind) {
      case Input::Kind::command: decide(slot, command.input, clock); break;
      case Input::Kind::enter:
      case Input::Kind::come_back:
      case Input::Kind::operate: break;
      case Input::Kind::leave: add_own_effect<Left>(slot); break;
      case Input::Kind::attach:
        add_own_effect<Attached>(slot);
        attached_.push_back(command.character);
        break;
      case Input::Kind::say:
      case Input::Kind::shout: speak(slot, *command.input); break;
    }
  }
  decide_awake(clock);
  if (checks_) decide_again(clock);
}

/// Adds an effect of the engine on an entity.
template <class Game>
template <class Effect>
void Zone<Game>::add_own_effect(std::uint32_t slot) {
  Maker& maker = activity_of(slot).maker;
  made_.add(OwnEffect<Effect>{core_.registry.row(slot).activity, own_effect + maker.made++, {}});
}

/// Words change nothing in the world, so they need no rule.
template <class Game>
void Zone<Game>::speak(std::uint32_t slot, const Input& input) {
  const auto words = [&] {
    Words parsed;
    Bytes rest = input.body;
    return wire::parse(rest, parsed) && rest.empty() ? parsed : Words{};
  }();
  if (words.text.empty()) return;  // a damaged record
  const EntityId id = core_.registry.row(slot).id;
  if (input.kind == Input::Kind::shout) {
    made_.output.shouting.push_back(core_.registry.row(slot).character);
    made_.output.told_to_all.push_back(made_.write(wire::Shouted{id.wire(), words.name, words.text}));
    return;
  }
  const CellIndex cell = core_.registry.cell_of(slot);
  const CellAlias alias = core_.registry.row(slot).alias;
  made_.output.told.push_back(
      {cell, alias,
       made_.write(wire::CellSaid{static_cast<std::uint16_t>(core_.grid.column(cell)),
                                  static_cast<std::uint16_t>(core_.grid.row(cell)), alias, words.text})});
}

template <class Game>
void Zone<Game>::decide_awake(Clock clock) {
  const auto acts = [&](std::uint32_t slot) {
    Activity& activity = activity_of(slot);
    if (!std::exchange(activity.has_decided, true)) decide(slot, nullptr, clock);
  };
  for_each_awake(acts);
}

/// Calls visit(slot) for the entities that may act by themselves; some of them several times.
template <class Game>
template <class Visit>
void Zone<Game>::for_each_awake(Visit visit) {
  while (!wakings_.empty() && wakings_.front().tick <= core_.tick) {
    const Waking waking = wakings_.front();
    std::ranges::pop_heap(wakings_, std::greater{});
    wakings_.pop_back();
    const std::uint32_t slot = core_.registry.find(waking.id);
    if (slot == Registry::none || core_.registry.row(slot).wake_at != waking.tick) continue;
    core_.registry.row(slot).wake_at = 0;
    visit(slot);
  }
  const auto can_act = [&](std::uint32_t slot) {
    return [&]<class... E>(wire::Types<E...>) {
      const std::uint8_t kind = core_.registry.row(slot).kind;
      return ((decides<E, Clock> && index_in<E, Kinds> == kind) || ...);
    }(Kinds{});
  };
  if (!acts_by_clock) return;
  const auto visit_cell = [&](CellIndex cell) {
    core_.registry.for_each_in(cell, [&](std::uint32_t slot) {
      if (can_act(slot)) visit(slot);
    });
  };
  arriving_.for_each([&](const auto& queue) {
    for (const auto& sent : queue) {
      if (sent.to.is_cell()) {
        visit_cell(sent.to.cell());
      } else if (const std::uint32_t slot = core_.registry.find(sent.to);
                 slot != Registry::none && can_act(slot)) {
        visit(slot);
      }
    }
  });
  core_.watched.for_each([&](CellIndex cell, std::uint32_t) { visit_cell(cell); });
}

template <class Game>
void Zone<Game>::decide(std::uint32_t slot, const Input* command, Clock clock) {
  Maker& maker = activity_of(slot).maker;
  Decision decision{slot, command, maker, 0};
  if (checks_) made_.begin_trace();
  run(decision, rules_, made_, maker, clock);
  if (!checks_) return;
  decision.trace = made_.trace.value();
  made_.is_traced = false;
  checks_->decisions.push_back(decision);
}

/// Finds the rule of a decision, and calls it.
template <class Game>
void Zone<Game>::run(const Decision& decision, const Game& rules, Made<Parts>& made, Maker& maker,
                     Clock clock) {
  if (!decision.command) return decide_on(decision, rules, made, maker, clock, "Clock");
  const auto try_packet = [&]<wire::Packet Packet>(wire::Types<Packet>) {
    if (decision.command->opcode != wire::opcode_of<Packet>) return;
    // The gateway has decoded the packet of a client before. The packet of a damaged record is ignored.
    const auto packet = wire::decode<Packet>(decision.command->body);
    if (!packet) return;
    decide_on(decision, rules, made, maker, *packet, Packet::table.name);
  };
  [&]<class... Packet>(wire::Types<Packet...>) {
    (try_packet(wire::Types<Packet>{}), ...);
  }(typename Parts::Commands{});
}

template <class Game>
template <class Deed>
void Zone<Game>::decide_on(const Decision& decision, const Game& rules, Made<Parts>& made, Maker& maker,
                           const Deed& deed, std::string_view name) {
  const Row& row = core_.registry.row(decision.slot);
  std::as_const(core_.columns).with(row.kind, row.place, [&]<class E>(const E& attributes) {
    if constexpr (decides<E, Deed>) {
      ++maker.deeds;
      referee_.begin(core_.tick, E::table.name, "decides on", name);
      looked_at_.clear();
      found_.clear();
      const View view(core_, decision.slot, referee_, found_, looked_at_);
      const Self<E> self{
          row.id, row.character, row.position, attributes, {core_.config.key, core_.tick, maker}};
      Proposals<Parts> propose(core_, made, maker, referee_, row.activity);
      // Of any type, because clang looks up decide() at once in a type that it knows: a game may have none.
      const auto decide_by = [&](const auto& any_rules) { any_rules.decide(view, self, deed, propose); };
      if (!referee_.checks_law()) return decide_by(rules);
      looked_at_.push_back({&core_, decision.slot, false, hash_of(core_, decision.slot)});
      const std::uint64_t world_before = hash_of(core_.world);
      decide_by(rules);
      const bool is_unchanged =
          std::ranges::all_of(looked_at_, [](const auto& looked) { return looked.is_unchanged(); });
      if (!is_unchanged || hash_of(core_.world) != world_before)
        referee_.broken("it changes what it only may read");
    } else if constexpr (is_effect<Deed>) {
      referee_.begin(core_.tick, E::table.name, "sends", name);
      Proposals<Parts> propose(core_, made, maker, referee_, row.activity);
      if constexpr (takes<E, Deed>)
        propose.self(deed);
      else if constexpr (world_takes<Deed>)
        propose.to_world(deed);
    }
  });
}

/// Makes all decisions a second time, in the reverse order, and with rules that have not decided anything.
template <class Game>
void Zone<Game>::decide_again(Clock clock) {
  const Game rules(checks_->unused_rules);
  for (std::size_t i = checks_->decisions.size(); i-- > 0;) {
    const Decision& first = checks_->decisions[i];
    Maker maker = first.maker;
    checks_->tried.clear();
    checks_->tried.begin_trace();
    run(first, rules, checks_->tried, maker, clock);
    if (checks_->tried.trace.value() != first.trace)
      referee_.broken(
          "it decides differently when it is asked again: it uses something else than the world, the tick "
          "and "
          "its chance");
  }
  checks_->tried.clear();
}

}  // namespace madang::world

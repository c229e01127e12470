#include "madang/keeper/history.h"

#include <fmt/core.h>

#include <algorithm>

#include "madang/base/text.h"
#include "madang/keeper/journal.h"
#include "madang/keeper/tables.h"

namespace madang::keeper {

namespace {

bool is_of(const Movement& movement, const Subject& subject) {
  if (const auto* thing = std::get_if<ThingId>(&subject)) return movement.thing == *thing;
  const Holder& holder = std::get<Holder>(subject);
  return movement.from == holder || movement.to == holder;
}

std::string name_of(KindId id, std::span<const Kind> kinds) {
  const auto found = std::ranges::find(kinds, id, &Kind::id);
  return found == kinds.end() ? fmt::format("of kind {}", id) : found->name;
}

}  // namespace

std::string HistoryEntry::told_by(const Subject& subject, std::span<const Kind> kinds) const {
  std::string line = fmt::format("\"{}\", tick {}: {}:", shown(world), transfer.tick, shown(transfer.reason));
  const char* before = " ";
  for (const Movement& movement : transfer.movements) {
    if (!is_of(movement, subject)) continue;
    const std::string what =
        movement.thing ? fmt::format("{} {}", name_of(movement.kind, kinds), text_of(movement.thing))
                       : fmt::format("{} {}", movement.count, name_of(movement.kind, kinds));
    line += fmt::format("{}{} gives {} to {}", before, text_of(movement.from), what, text_of(movement.to));
    before = "; ";
  }
  return line;
}

StoreResult<void> history_of(Tables& tables, const Subject& subject,
                             const std::function<bool(const HistoryEntry&)>& function) {
  auto worlds = tables.worlds();
  if (!worlds) return std::unexpected(std::move(worlds.error()));
  bool goes_on = true;
  for (const WorldRow& world : *worlds) {
    auto read = tables.for_each_entry(world.id, 1, [&](const JournalEntry& entry) {
      auto transfer = decode(entry.content);
      if (!transfer) return true;  // the audit tells of it
      if (std::ranges::any_of(transfer->movements,
                              [&](const Movement& movement) { return is_of(movement, subject); }))
        goes_on = function({world.name, entry.number, std::move(*transfer)});
      return goes_on;
    });
    if (!read) return read;
    if (!goes_on) break;
  }
  return {};
}

}  // namespace madang::keeper

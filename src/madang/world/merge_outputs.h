// OutputMerger: makes one output of those of the zones of a world. It is the output that the world would have
// made as one zone. So what comes after a world knows nothing of zones. One thread; memory is kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "madang/base/sort_by_key.h"
#include "madang/world/made.h"
#include "madang/world/news.h"

namespace madang::world {

class OutputMerger {
 public:
  void begin() { outputs_.clear(); }
  /// Adds the output of the next zone, which must live until merge_into() has returned.
  void add(const WorldOutput& output) { outputs_.push_back({&output, 0}); }
  /// Precondition: `merged` is clear.
  void merge_into(WorldOutput& merged) {
    for (ZoneOutput& zone : outputs_) {
      zone.begin = static_cast<std::uint32_t>(merged.bytes.size());
      merged.bytes.append(zone.output->bytes.bytes());
    }
    // Of equal ones, that of the first zone comes first: what the world says.
    const auto by_character = [](const auto& one) { return one.character; };
    const auto by_cell = [](const auto& one) { return one.cell; };
    merge(merged, &WorldOutput::answers,
          [](const auto& answer) { return std::pair(answer.character, answer.is_of_newcomer); });
    merge(merged, &WorldOutput::told, [](const auto& told) { return key_of(told.cell, told.alias); });
    merge(merged, &WorldOutput::refused, by_character);
    merge(merged, &WorldOutput::entered, [](const auto& change) { return change.id; });
    merge(merged, &WorldOutput::left, [](const auto& change) { return change.id; });
    merge(merged, &WorldOutput::crossings, by_character);
    merge(merged, &WorldOutput::updates, by_cell);
    merge(merged, &WorldOutput::states, by_cell);
    merge(merged, &WorldOutput::positions, by_cell);
    merge(merged, &WorldOutput::leaves, by_cell);
    merge(merged, &WorldOutput::late_leaves, by_cell);
    merge_shouts(merged);
    // Each zone knows of all watches.
    const WorldOutput& first = *outputs_.front().output;
    merged.watch_changes = first.watch_changes;
    merged.unsettled = first.unsettled;
  }

 private:
  struct ZoneOutput {
    const WorldOutput* output;
    std::uint32_t begin;  ///< of its bytes in the merged ones
    std::size_t next = 0;
  };

  static void move(OutputPart& part, std::uint32_t by) {
    part.begin += by;
    part.end += by;
  }
  /// Merges lists of the zones, each of which is in the order of `key`.
  template <class T, class Key>
  void merge(WorldOutput& merged, std::vector<T> WorldOutput::* list, Key key) {
    for (ZoneOutput& zone : outputs_) zone.next = 0;
    while (true) {
      ZoneOutput* first = nullptr;
      for (ZoneOutput& zone : outputs_) {
        const std::vector<T>& its = zone.output->*list;
        if (zone.next == its.size()) continue;
        if (!first || key(its[zone.next]) < key((first->output->*list)[first->next])) first = &zone;
      }
      if (!first) return;
      T& one = (merged.*list).emplace_back((first->output->*list)[first->next++]);
      if constexpr (requires { one.part; }) move(one.part, first->begin);
      if constexpr (requires { one.moves_begin; }) {
        move(one.all, first->begin);
        one.moves_begin += first->begin;
      }
    }
  }
  /// The shouts of all zones by character, and then what the world tells.
  void merge_shouts(WorldOutput& merged) {
    shouts_.clear();
    for (const ZoneOutput& zone : outputs_)
      for (std::size_t i = 0; i < zone.output->shouting.size(); ++i) {
        WorldOutput::Answer& shout =
            shouts_.emplace_back(zone.output->shouting[i], zone.output->told_to_all[i]);
        move(shout.part, zone.begin);
      }
    sort_by_key(shouts_, spare_shouts_, [](const auto& shout) { return shout.character.value; });
    for (const WorldOutput::Answer& shout : shouts_) {
      merged.shouting.push_back(shout.character);
      merged.told_to_all.push_back(shout.part);
    }
    const WorldOutput& first = *outputs_.front().output;
    merged.told_to_all.insert(merged.told_to_all.end(),
                              first.told_to_all.begin() + static_cast<std::ptrdiff_t>(first.shouting.size()),
                              first.told_to_all.end());
  }

  std::vector<ZoneOutput> outputs_;
  std::vector<WorldOutput::Answer> shouts_;
  std::vector<WorldOutput::Answer> spare_shouts_;
};

}  // namespace madang::world

// OutputMerger: makes one output of those of the zones of a world. It is the output that the world would have
// made as one zone. So what comes after a world knows nothing of zones. One thread; memory is kept.
#pragma once

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
    const auto by_id = [](const auto& one) { return Key{one.id.high, one.id.low}; };
    const auto by_character = [](const auto& one) { return Key{one.character.value, 0}; };
    const auto by_cell = [](const auto& one) { return Key{one.cell.value, 0}; };
    merge(merged, &WorldOutput::answers,
          [](const auto& answer) { return Key{answer.character.value, answer.is_of_newcomer}; });
    merge(merged, &WorldOutput::told, [](const auto& told) { return Key{told.cell.value, told.alias}; });
    merge(merged, &WorldOutput::refused, by_character);
    merge(merged, &WorldOutput::entered, by_id);
    merge(merged, &WorldOutput::left, by_id);
    merge(merged, &WorldOutput::crossings, by_character);
    merge(merged, &WorldOutput::updates, by_cell);
    merge(merged, &WorldOutput::states, by_cell);
    merge(merged, &WorldOutput::positions, by_cell);
    merge(merged, &WorldOutput::leaves, by_cell);
    merge(merged, &WorldOutput::late_leaves, by_cell);
    merge(merged, &WorldOutput::watch_changes, by_character);
    merge(merged, &WorldOutput::unsettled, [](CharacterId character) { return Key{character.value, 0}; });
    merge_shouts(merged);
  }

 private:
  /// Elements are in the order of their keys.
  struct Key {
    std::uint64_t high;
    std::uint64_t low;
    bool operator<(const Key& other) const {
      return high < other.high || (high == other.high && low < other.low);
    }
  };
  struct ZoneOutput {
    const WorldOutput* output;
    std::uint32_t begin;  ///< of its bytes in the merged ones
  };
  /// What is left of the list of a zone.
  struct Rest {
    const ZoneOutput* zone;
    std::size_t next;
    Key key;  ///< of the next one
  };

  static void move(OutputPart& part, std::uint32_t by) {
    part.begin += by;
    part.end += by;
  }
  /// Merges lists of the zones, each of which is in the order of `key`. Of equal ones, that of the first zone
  /// comes first: what the world says.
  template <class T, class KeyOf>
  void merge(WorldOutput& merged, std::vector<T> WorldOutput::* list, KeyOf key) {
    rests_.clear();
    for (const ZoneOutput& zone : outputs_)
      if (const std::vector<T>& its = zone.output->*list; !its.empty())
        rests_.push_back({&zone, 0, key(its.front())});
    while (!rests_.empty()) {
      std::size_t first = 0;
      Key second{UINT64_MAX, UINT64_MAX};
      for (std::size_t i = 1; i < rests_.size(); ++i) {
        if (rests_[i].key < rests_[first].key)
          second = rests_[std::exchange(first, i)].key;
        else if (rests_[i].key < second)
          second = rests_[i].key;
      }
      Rest& rest = rests_[first];
      const std::vector<T>& its = rest.zone->output->*list;
      // Neighbours are often of one zone.
      do {
        append(its[rest.next], rest.zone->begin, merged.*list);
        if (++rest.next == its.size()) {
          rests_.erase(rests_.begin() + static_cast<std::ptrdiff_t>(first));
          break;
        }
        rest.key = key(its[rest.next]);
      } while (rest.key < second);
    }
  }
  template <class T>
  static void append(const T& one, std::uint32_t begin, std::vector<T>& to) {
    T& added = to.emplace_back(one);
    if constexpr (requires { added.part; }) move(added.part, begin);
    if constexpr (requires { added.moves_begin; }) {
      move(added.all, begin);
      added.moves_begin += begin;
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
  std::vector<Rest> rests_;
  std::vector<WorldOutput::Answer> shouts_;
  std::vector<WorldOutput::Answer> spare_shouts_;
};

}  // namespace madang::world

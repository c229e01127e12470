// Findings: the faults that views found in the packets of a server. Counted by kind; the first few also as
// text.
//
// Shared by all views of one thread. One thread.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace madang::client {

/// Something that a correct server never sends.
enum class Violation : std::uint8_t {
  unknown_mover,         ///< a step of an entity that is not in sight
  unknown_changer,       ///< other attributes of an entity that is not in sight
  unknown_speaker,       ///< words of an entity that is not in sight
  on_obstacle,           ///< an entity on an obstacle
  too_far,               ///< an entity that is farther from its last position than a step goes
  outside_of_cell,       ///< a position that is not in the cell of the packet
  wrong_cell,            ///< a step or other attributes in a cell that the entity has left
  wrong_kind,            ///< an entity that is of one kind and now of another
  entered_twice,         ///< an enter of an entity that has this alias in this cell already
  unwatched_cell,        ///< a packet about a cell that is not watched
  begun_twice,           ///< a CellBegin for a cell that is watched already
  forgot_unwatched,      ///< a CellForget for a cell that is not watched
  alias_clash,           ///< one alias for two entities of a cell at once
  step_while_throttled,  ///< a step in a cell whose steps are suppressed
  own_position,          ///< an answer and the cells have different positions of the client's own entity
  count_,
};

inline constexpr std::size_t violation_kinds = static_cast<std::size_t>(Violation::count_);

inline constexpr std::array<std::string_view, violation_kinds> violation_names = {
    "unknown_mover",   "unknown_changer",  "unknown_speaker", "on_obstacle",          "too_far",
    "outside_of_cell", "wrong_cell",       "wrong_kind",      "entered_twice",        "unwatched_cell",
    "begun_twice",     "forgot_unwatched", "alias_clash",     "step_while_throttled", "own_position"};

class Findings {
 public:
  static constexpr std::size_t texts_max = 10;

  template <class... Args>
  void add(Violation kind, fmt::format_string<Args...> format, Args&&... args) {
    ++total_;
    ++counts_[static_cast<std::size_t>(kind)];
    if (texts_.size() < texts_max)
      texts_.push_back(fmt::format("{}: {}", violation_names[static_cast<std::size_t>(kind)],
                                   fmt::format(format, std::forward<Args>(args)...)));
  }

  std::uint64_t total() const { return total_; }
  std::uint64_t count(Violation kind) const { return counts_[static_cast<std::size_t>(kind)]; }
  /// Returns the first texts, in the order in which the faults were found.
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::uint64_t total_ = 0;
  std::array<std::uint64_t, violation_kinds> counts_{};
  std::vector<std::string> texts_;
};

}  // namespace madang::client

// Findings: what is wrong with what a server showed, counted by kind, the first few also in words.
//
// Shared by all views of one thread.
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

/// Something that a correct server never shows.
enum class Violation : std::uint8_t {
  unknown_mover,     ///< a step of a piece that was never seen entering
  unknown_leaver,    ///< a leave of a piece that is not in sight
  unknown_speaker,   ///< words of a piece that is not in sight
  on_obstacle,       ///< a piece on an obstacle
  too_far,           ///< a piece two tiles or more away from where it was
  outside_of_cell,   ///< a tile that is not in the cell that the packet is about
  wrong_cell,        ///< a step within a cell that the piece is not in
  entered_twice,     ///< an enter of a piece that is in that cell already
  unwatched_cell,    ///< a packet about a cell that is not watched
  begun_twice,       ///< a CellBegin for a cell that is watched already
  forgot_unwatched,  ///< a CellForget for a cell that is not watched
  alias_clash,       ///< one alias for two entities at once
  step_while_thin,   ///< a step in a cell whose steps are held back
  own_position,      ///< Moved and the cells tell different places of the client's own piece
  count_,
};

inline constexpr std::size_t violation_kinds = static_cast<std::size_t>(Violation::count_);

inline constexpr std::array<std::string_view, violation_kinds> violation_names = {
    "unknown_mover",    "unknown_leaver", "unknown_speaker", "on_obstacle",    "too_far",
    "outside_of_cell",  "wrong_cell",     "entered_twice",   "unwatched_cell", "begun_twice",
    "forgot_unwatched", "alias_clash",    "step_while_thin", "own_position"};

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
  /// The first few, in the order in which they were found.
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::uint64_t total_ = 0;
  std::array<std::uint64_t, violation_kinds> counts_{};
  std::vector<std::string> texts_;
};

}  // namespace madang::client

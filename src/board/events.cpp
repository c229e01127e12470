#include "board/events.h"

#include <algorithm>
#include <tuple>

namespace madang::board {
namespace {

void sort_by_cell_and_slot(std::vector<CellEvent>& events) {
  std::ranges::sort(events, {}, [](const CellEvent& e) { return std::tuple(e.cell, e.alias.slot()); });
}

/// Removes the events of `cell` from the front of `rest`. Returns them.
template <class Event>
std::span<const Event> cut(std::span<const Event>& rest, CellIndex cell) {
  const auto end = std::ranges::find_if(rest, [cell](const Event& event) { return event.cell != cell; });
  const auto count = static_cast<std::size_t>(end - rest.begin());
  const std::span<const Event> front = rest.first(count);
  rest = rest.subspan(count);
  return front;
}

template <class Event>
CellIndex first_cell(std::span<const Event> rest) {
  return rest.empty() ? CellIndex{UINT32_MAX} : rest.front().cell;
}

}  // namespace

void TickEvents::clear() {
  cells.clear();
  shouts.clear();
  entered.clear();
  enter_refused.clear();
  moved.clear();
  watch_changes.clear();
  newly_watched.clear();
  enters.clear();
  steps.clear();
  says.clear();
  leaves.clear();
}

void TickEvents::group_by_cell() {
  sort_by_cell_and_slot(enters);
  sort_by_cell_and_slot(steps);
  sort_by_cell_and_slot(leaves);
  std::ranges::sort(says, {}, [](const Said& said) { return std::tuple(said.cell, said.order); });

  std::span<const CellEvent> enters_left = enters;
  std::span<const CellEvent> steps_left = steps;
  std::span<const Said> says_left = says;
  std::span<const CellEvent> leaves_left = leaves;
  while (!(enters_left.empty() && steps_left.empty() && says_left.empty() && leaves_left.empty())) {
    const CellIndex cell = std::min(
        {first_cell(enters_left), first_cell(steps_left), first_cell(says_left), first_cell(leaves_left)});
    cells.push_back(
        {cell, cut(enters_left, cell), cut(steps_left, cell), cut(says_left, cell), cut(leaves_left, cell)});
  }
}

}  // namespace madang::board

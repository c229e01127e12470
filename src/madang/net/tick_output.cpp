#include "madang/net/tick_output.h"

namespace madang::net {

bool TickOutput::empty() const { return bytes.empty() && std::ranges::all_of(personal, &Personal::empty); }

void TickOutput::Personal::clear() {
  entered.clear();
  enter_refused.clear();
  moved.clear();
  watch_changes.clear();
  lost_shout_ticks = 0;
}

void TickOutput::Personal::append(const Personal& later) {
  const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  add(entered, later.entered);
  add(enter_refused, later.enter_refused);
  add(moved, later.moved);
  add(watch_changes, later.watch_changes);
}

void TickOutput::clear() {
  bytes.clear();
  updates.clear();
  positions.clear();
  states.clear();
  leaves.clear();
  for_all = {};
  for (Personal& p : personal) p.clear();
}

}  // namespace madang::net

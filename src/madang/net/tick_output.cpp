#include "madang/net/tick_output.h"

#include <algorithm>

namespace madang::net {

bool TickOutput::empty() const {
  return world_count_ == 0 && std::ranges::all_of(personal, &Personal::empty);
}

void TickOutput::Personal::clear() {
  entered.clear();
  closed.clear();
  refused.clear();
  departed.clear();
  crossings.clear();
  answers.clear();
  watch_changes.clear();
  unsettled.clear();
  bytes.clear();
  lost_shout_ticks = 0;
}

void TickOutput::Personal::append(const Personal& later) {
  const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  add(entered, later.entered);
  add(closed, later.closed);
  add(refused, later.refused);
  add(departed, later.departed);
  add(crossings, later.crossings);
  add(watch_changes, later.watch_changes);
  for (const Answer& one : later.answers) answer(one.session, later.bytes_of(one.part));
}

void TickOutput::clear() {
  world_count_ = 0;
  for (Personal& p : personal) p.clear();
}

}  // namespace madang::net

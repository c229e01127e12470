#include "madang/net/tick_output.h"

namespace madang::net {

bool TickOutput::empty() const { return cells.empty() && std::ranges::all_of(personal, &Personal::empty); }

void TickOutput::Personal::clear() {
  entered.clear();
  closed.clear();
  crossings.clear();
  answers.clear();
  watch_changes.clear();
  bytes.clear();
  lost_shout_ticks = 0;
}

void TickOutput::Personal::append(const Personal& later) {
  const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  add(entered, later.entered);
  add(closed, later.closed);
  add(crossings, later.crossings);
  add(watch_changes, later.watch_changes);
  for (const Answer& one : later.answers) answer(one.session, later.bytes_of(one.part));
}

void TickOutput::clear() {
  cells.clear();
  for (Personal& p : personal) p.clear();
}

}  // namespace madang::net

#include "net/tick_output.h"

namespace madang::net {

bool TickOutput::empty() const {
  return bytes.empty() && std::all_of(personal.begin(), personal.end(), [](const Personal& p) {
           return p.entered.empty() && p.enter_refused.empty() && p.moved.empty() && p.watch_changes.empty();
         });
}

void TickOutput::clear() {
  bytes.clear();
  updates.clear();
  positions.clear();
  states.clear();
  leaves.clear();
  for_all = {};
  for (Personal& p : personal) {
    p.entered.clear();
    p.enter_refused.clear();
    p.moved.clear();
    p.watch_changes.clear();
  }
}

}  // namespace madang::net

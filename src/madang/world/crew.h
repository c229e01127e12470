// Crew: who does the work of the zones of one world, several at once or one after the other.
//
// A server has a crew of threads (server/thread_crew.h). The crew of a simulation runs the zones in an order
// that its seed draws (sim/zone_order.h). Without a crew, a world runs its zones in their order.
#pragma once

#include <cstddef>
#include <functional>

namespace madang::world {

class Crew {
 public:
  virtual ~Crew() = default;
  /// Calls work(0) to work(count - 1), each once, in any order and on any threads. Returns when all have
  /// ended. What one call has written, the caller and later runs see. `work` must not throw.
  virtual void run(std::size_t count, const std::function<void(std::size_t)>& work) = 0;
  /// Returns the crew that is the caller itself. Any thread.
  static Crew& alone();
};

class LoneCrew final : public Crew {
 public:
  void run(std::size_t count, const std::function<void(std::size_t)>& work) override {
    for (std::size_t number = 0; number < count; ++number) work(number);
  }
};
inline Crew& Crew::alone() {
  static LoneCrew crew;  // it has no state
  return crew;
}

}  // namespace madang::world

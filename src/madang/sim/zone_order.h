// ZoneOrder: runs the zones of a cut world one after the other, in an order that the seed draws anew for each
// step of a tick. So a simulation finds a rule or an engine that depends on the order of zones. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "madang/base/random.h"
#include "madang/world/crew.h"

namespace madang::sim {

class ZoneOrder final : public world::Crew {
 public:
  explicit ZoneOrder(std::uint64_t seed) : random_(seed) {}
  void run(std::size_t count, const std::function<void(std::size_t)>& work) override {
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), 0u);
    for (std::size_t left = count; left > 0; --left) {
      std::swap(order_[left - 1], order_[random_.below(static_cast<std::uint32_t>(left))]);
      work(order_[left - 1]);
    }
  }

 private:
  Random random_;
  std::vector<std::size_t> order_;
};

}  // namespace madang::sim

#include "contract/contract_test.h"

#include <algorithm>
#include <thread>

#include "madang/base/random.h"

namespace madang::contract {

namespace {

constexpr Duration patience = 30s;           ///< of real time, because the machine may be busy
constexpr Duration simulated_patience = 1h;  ///< of virtual time
constexpr std::size_t connects_at_once = 200;
constexpr int narrow_buffer_bytes = 65536;
/// Windows opens a few handles for itself and keeps them. Their number does not depend on the connections.
#ifdef _WIN32
constexpr std::size_t descriptors_kept_by_the_system = 8;
#else
constexpr std::size_t descriptors_kept_by_the_system = 0;
#endif

}  // namespace

void ContractTest::SetUp() {
  environment_ = make_environment(GetParam(), seed_of_this_run());
  descriptors_before_ = environment_->descriptors_open();
  const auto port = environment_->make_port(options());
  if (!port && port.error().code == ErrorCode::unsupported)
    GTEST_SKIP() << "THIS MACHINE DOES NOT OFFER " << GetParam().name << ": " << describe(port.error());
}

void ContractTest::TearDown() {
  environment_->allow_all_descriptors();
  environment_->refuse_sends(false);
  for (const auto& side : sides_) {
    side->also = nullptr;
    side->accepted.clear();
    if (side->has_port()) side->close_all();
  }
  EXPECT_TRUE(run_until([&] {
    return std::ranges::all_of(sides_,
                               [](const auto& side) { return !side->has_port() || side->all_closed(); });
  })) << "a close has not completed";
  for (const auto& side : sides_) {
    side->accepted.clear();
    if (side->has_port()) {
      EXPECT_EQ(side->port().operations_in_flight(), 0u);
    }
  }
  sides_.clear();
  EXPECT_LE(environment_->descriptors_open(), descriptors_before_ + descriptors_kept_by_the_system)
      << "a descriptor was leaked";
}

Side& ContractTest::make_side(const PortOptions& with) {
  auto port = environment_->make_port(with);
  if (!port) {
    ADD_FAILURE() << describe(port.error());
    std::abort();
  }
  sides_.push_back(std::make_unique<Side>(std::move(*port)));
  return *sides_.back();
}

Side& ContractTest::side() { return sides_.empty() ? make_side() : *sides_.front(); }

bool ContractTest::run_until(const std::function<bool()>& condition) {
  const Duration wait = is_simulated() ? simulated_patience : patience;
  return take_turns(machine().now() + wait, Time::max(), condition);
}

void ContractTest::run_for(Duration duration) {
  const Time end = machine().now() + duration;
  take_turns(end, end, [&] { return machine().now() >= end; });
}

bool ContractTest::take_turns(Time deadline, Time pass_time_until, const std::function<bool()>& condition) {
  const Time real_deadline = steady_now() + 2 * patience;
  while (!condition()) {
    if (machine().now() >= deadline || steady_now() >= real_deadline) return false;
    std::size_t completed = 0;
    for (const auto& side : sides_) {
      if (!side->has_port()) continue;
      // A turn that waits delays the other sides. So it waits only when no side has something to do.
      completed += side->turn(Duration::zero());
      ++turns_;
    }
    if (condition()) return true;
    if (!is_simulated() && completed == 0) {
      const Duration left = std::max(deadline - machine().now(), Duration::zero());
      const Duration wait = std::min<Duration>(sides_.size() == 1 ? 100ms : 1ms, left);
      for (const auto& side : sides_)
        if (side->has_port()) {
          side->turn(wait);
          ++turns_;
        }
    }
    if (!machine().pass_time(pass_time_until)) {
      if (!has_other_threads_) return condition();
      std::this_thread::sleep_for(1ms);
    }
  }
  return true;
}

Address ContractTest::listening_at(Side& to) {
  if (!listeners_.contains(&to)) listeners_[&to] = to.listen();
  return to.port().local_address(listeners_[&to]);
}

ContractTest::Pair ContractTest::connect(Side& from, Side& to) {
  const std::vector<Pair> pairs = connect_many(from, to, 1);
  if (pairs.size() == 1) return pairs[0];
  ADD_FAILURE() << "no connection was made";
  return {{&from, {}}, {&to, {}}};
}

ContractTest::Pair ContractTest::connect_narrowly() {
  PortOptions with = options();
  with.send_buffer_bytes = narrow_buffer_bytes;
  with.receive_kernel_bytes = narrow_buffer_bytes;
  Side& narrow = make_side(with);
  return connect(narrow, narrow);
}

std::vector<ContractTest::Pair> ContractTest::connect_many(Side& from, Side& to, std::size_t count) {
  const Address address = listening_at(to);
  std::vector<Pair> pairs;
  while (pairs.size() < count) {
    const std::size_t batch = std::min(connects_at_once, count - pairs.size());
    std::vector<Socket> clients;
    for (std::size_t i = 0; i < batch; ++i) clients.push_back(from.connect(address));
    const bool all = run_until([&] {
      return to.accepted.size() >= batch &&
             std::ranges::all_of(clients, [&](Socket client) { return !from.of(client).is_connecting; });
    });
    if (!all) break;
    std::map<Address, Accepted> by_peer;
    for (Accepted& accepted : to.accepted) by_peer[accepted.peer] = std::move(accepted);
    to.accepted.clear();
    for (const Socket client : clients) {
      EXPECT_FALSE(*from.of(client).connect_result) << describe(*from.of(client).connect_result);
      Accepted& accepted = by_peer[from.port().local_address(client)];
      EXPECT_TRUE(accepted.native) << "the accept names the address that the client connects from";
      if (accepted.native) pairs.push_back({{&from, client}, {&to, to.adopt(std::move(accepted.native))}});
    }
    if (testing::Test::HasFailure()) break;
  }
  return pairs;
}

std::string ContractTest::pattern(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>(random.below(256));
  return text;
}

}  // namespace madang::contract

// ContractTest: what every test of the contract stands on. The same tests run on every backend, once with its
// ordinary sizes and once with all of them tiny.
//
// After each test everything is closed, and then: no operation is out, and no descriptor is left.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "contract/environment.h"
#include "contract/side.h"

namespace madang::contract {

using io::Address;
using io::CloseMode;
using io::Completion;
using io::Key;
using io::OperationKind;
using io::Port;
using io::PortOptions;
using io::Socket;
using io::Timer;

class ContractTest : public testing::TestWithParam<Setting> {
 protected:
  void SetUp() override;
  void TearDown() override;

  Environment& machine() { return *environment_; }
  PortOptions options() const { return GetParam().options(); }
  bool is_simulated() const { return GetParam().simulated; }
  bool is_tiny() const { return GetParam().tiny; }

  /// A port of its own. All sides take their turns in this thread.
  Side& make_side() { return make_side(options()); }
  Side& make_side(const PortOptions& with);
  /// The first one, made when it is first asked for.
  Side& side();

  /// Turns all sides until it is so. False when it is not so after 30 s, or never can be.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition);
  /// Turns all sides for that long, or until nothing can happen any more.
  void run_for(Duration duration);
  /// Other threads are at work, so that a simulated machine which stands still may yet move.
  void expect_other_threads() { other_threads_ = true; }
  /// How many turns run_until and run_for took so far.
  std::size_t turns() const { return turns_; }

  struct Pair {
    Peer client;
    Peer server;
  };
  /// A connection, both ends on side(), neither receiving.
  Pair connect() { return connect(side(), side()); }
  Pair connect(Side& from, Side& to);
  /// On a side of its own and with little room in the kernel, which so swallows nothing that nobody reads.
  Pair connect_narrowly();
  std::vector<Pair> connect_many(Side& from, Side& to, std::size_t count);
  /// The same, ready to listen at `to`.
  Address listening_at(Side& to);

  /// Bytes that differ from place to place and from seed to seed.
  static std::string pattern(std::size_t size, std::uint64_t seed = 1);

 private:
  bool take_turns(Time deadline, Time pass_time_until, const std::function<bool()>& condition);

  std::unique_ptr<Environment> environment_;
  std::vector<std::unique_ptr<Side>> sides_;
  std::map<Side*, Socket> listeners_;
  std::size_t descriptors_before_ = 0;
  std::size_t turns_ = 0;
  bool other_threads_ = false;
};

inline std::string name_of_setting(const testing::TestParamInfo<Setting>& info) { return info.param.name; }

/// `Receive` becomes a family of tests: Receive.DeliversEveryByte/epoll, .../epoll_tiny, and so on.
#define FOR_EVERY_BACKEND(Suite)        \
  class Suite : public ContractTest {}; \
  INSTANTIATE_TEST_SUITE_P(, Suite, testing::ValuesIn(settings()), name_of_setting)

}  // namespace madang::contract

// ContractTest: the base of all contract tests. Each test runs on every backend, once with ordinary sizes and
// once with tiny sizes.
//
// After each test, TearDown closes everything. Then no operation may be in flight and no descriptor may be
// open.
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
  bool is_simulated() const { return GetParam().is_simulated; }
  bool is_tiny() const { return GetParam().is_tiny; }

  /// Makes a Side with a port of its own. All sides turn in this thread.
  Side& make_side() { return make_side(options()); }
  Side& make_side(const PortOptions& with);
  /// Returns the first Side; makes it at the first call.
  Side& side();

  /// Turns all sides until the condition is true. Returns false after 30 s, or when nothing can happen any
  /// more.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition);
  /// Turns all sides for this time, or until nothing can happen any more.
  void run_for(Duration duration);
  /// Says that other threads work, too. Then events may still come when the simulated machine has none left.
  void expect_other_threads() { has_other_threads_ = true; }
  /// Returns the number of turns of run_until() and run_for() so far.
  std::size_t turns() const { return turns_; }

  struct Pair {
    Peer client;
    Peer server;
  };
  /// Makes a connection with both ends on side(). Neither end receives yet.
  Pair connect() { return connect(side(), side()); }
  Pair connect(Side& from, Side& to);
  /// Makes a connection on a Side of its own, with small buffers in the kernel. So the kernel holds few
  /// unread bytes.
  Pair connect_narrowly();
  std::vector<Pair> connect_many(Side& from, Side& to, std::size_t count);
  /// Returns the address of a listener of `to`; makes the listener at the first call.
  Address listening_at(Side& to);

  /// Returns random bytes of this seed.
  static std::string pattern(std::size_t size, std::uint64_t seed = 1);

 private:
  bool take_turns(Time deadline, Time pass_time_until, const std::function<bool()>& condition);

  std::unique_ptr<Environment> environment_;
  std::vector<std::unique_ptr<Side>> sides_;
  std::map<Side*, Socket> listeners_;
  std::size_t descriptors_before_ = 0;
  std::size_t turns_ = 0;
  bool has_other_threads_ = false;
};

inline std::string name_of_setting(const testing::TestParamInfo<Setting>& info) { return info.param.name; }

/// Makes a suite whose tests run on every backend: Receive.DeliversEveryByte/epoll, .../epoll_tiny, and so
/// on.
#define FOR_EVERY_BACKEND(Suite)        \
  class Suite : public ContractTest {}; \
  INSTANTIATE_TEST_SUITE_P(, Suite, testing::ValuesIn(settings()), name_of_setting)

}  // namespace madang::contract

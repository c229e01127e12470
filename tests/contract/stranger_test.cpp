// Strangers: peers that are not ports of this program. They mark bytes as urgent, and leave before they are
// accepted. Our ports never do this.
#include <algorithm>

#include "contract/contract_test.h"
#include "madang/io/socket_calls.h"

namespace madang::contract {
namespace {

FOR_EVERY_BACKEND(Strangers);

/// A socket of the real machine, without a port.
class Stranger {
 public:
  explicit Stranger(const Address& to) : native_(*io::make_socket(to.family)) {
    const io::RawAddress raw = io::to_raw(to);
    ::connect(handle(), raw.get(),
              raw.size);  // in progress: on the same machine there is nothing to wait for
  }

  Address address() const { return io::local_address_of(handle()); }
  bool send(std::string_view text, int flags = 0) const {
    return ::send(handle(), text.data(), static_cast<int>(text.size()), flags) ==
           static_cast<std::ptrdiff_t>(text.size());
  }
  void reset() {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(handle(), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&none), sizeof none);
    native_.reset();
  }

 private:
  io::Handle handle() const { return static_cast<io::Handle>(native_.get()); }

  io::NativeSocket native_;
};

TEST_P(Strangers, AnUrgentByteIsAByteOfTheStreamAndWhatIsBehindItComesToo) {
  if (is_simulated()) GTEST_SKIP() << "in the simulated network no byte is urgent";
  const Stranger stranger(listening_at(side()));
  ASSERT_TRUE(run_until([&] { return side().accepted.size() == 1; }));
  const Peer server{&side(), side().adopt(std::move(side().accepted[0].native))};
  std::string sent;
  const auto say = [&](std::string_view text, int flags = 0) {
    EXPECT_TRUE(stranger.send(text, flags));
    sent += text;
  };
  // All bytes are there before the first read.
  say("a login, ");
  say("!", MSG_OOB);
  say(" and its rest");
  run_for(20ms);
  server.receive();
  EXPECT_TRUE(run_until([&] { return server.received() == sent; })) << server.received();
  // Now during the receive: in one packet and in several, twice in a row, at the beginning and at the end.
  for (int round = 0; round < 20; ++round) {
    say("?", MSG_OOB);
    if (round % 2) run_for(1ms);
    say("between");
    say("two", MSG_OOB);
    if (round % 3) say("!", MSG_OOB);
    ASSERT_TRUE(run_until([&] { return server.received() == sent; })) << server.received();
  }
  say("nothing urgent");
  EXPECT_TRUE(run_until([&] { return server.received() == sent; }));
}

TEST_P(Strangers, OneThatResetBeforeItWasAcceptedNeverHasAnotherAddress) {
  if (is_simulated()) GTEST_SKIP() << "the simulated network tells every peer's address";
  const Address address = listening_at(side());
  std::vector<Address> all;
  for (int i = 0; i < 10; ++i) {
    Stranger gone(address);
    all.push_back(gone.address());
    gone.reset();
    const Stranger stays(address);
    all.push_back(stays.address());
    ASSERT_TRUE(run_until(
        [&] { return !side().accepted.empty() && side().accepted.back().peer == stays.address(); }));
  }
  for (const Accepted& accepted : side().accepted)
    EXPECT_TRUE(std::ranges::find(all, accepted.peer) != all.end()) << accepted.peer.text();
}

TEST_P(Strangers, OneThatResetWhileTheListenerWasPausedNeverHasAnotherAddress) {
  if (is_simulated()) GTEST_SKIP() << "the simulated network tells every peer's address";
  const Socket listener = side().listen();
  const Address address = side().port().local_address(listener);
  side().turn(Duration::zero());
  side().pause(listener);
  for (int i = 0; i < 5; ++i) {
    Stranger gone(address);
    side().turn(Duration::zero());
    gone.reset();
  }
  run_for(5ms);
  side().resume(listener);
  const Stranger stays(address);
  ASSERT_TRUE(
      run_until([&] { return !side().accepted.empty() && side().accepted.back().peer == stays.address(); }));
  for (const Accepted& accepted : side().accepted) EXPECT_NE(accepted.peer.port, 0);
}

}  // namespace
}  // namespace madang::contract

// Any order: two sides start random operations in thousands of steps, between turns and inside of callbacks.
// Side checks the contract at each completion. This test checks the bytes: a received stream is always the
// beginning of the sent stream. It is the whole stream when its sender has ended it and its receiver has read
// to the end.
#include <algorithm>

#include "contract/contract_test.h"
#include "contract/signal_storm.h"
#include "madang/base/random.h"

namespace madang::contract {
namespace {

class AnyOrder : public ContractTest {
 protected:
  void chat_in_any_order();
};
INSTANTIATE_TEST_SUITE_P(, AnyOrder, testing::ValuesIn(settings()), name_of_setting);

/// A connection, and the bytes that each end has sent.
struct Talk {
  Peer ends[2];
  std::string sent[2];
  bool shut[2] = {false, false};
};

class Chatter {
 public:
  Chatter(std::uint64_t seed, std::vector<Talk>& talks) : random_(seed), talks_(talks) {}

  void step() {
    const auto [talk, end] = somebody();
    const std::uint32_t choice = random_.below(100);
    if (!talk.ends[end].record().is_open()) return;
    if (choice < 50) {
      say(talk, end, 1 + random_.below(choice < 5 ? 60'000 : 200));
    } else if (choice < 97) {
      act(talk.ends[end], choice);
    } else if (choice == 97) {
      shut(talk, end);
    } else if (random_.chance(1, 6)) {
      talk.ends[end].close(choice == 98 ? CloseMode::orderly : CloseMode::reset);
    }
  }

  /// Does anything but send, because that would cause callbacks without end. Few of them close a socket;
  /// otherwise no connection would be left.
  void step_inside_a_callback() {
    const auto [talk, end] = somebody();
    const Peer& peer = talk.ends[end];
    if (!peer.record().is_open()) return;
    if (closes_left_ > 0 && random_.chance(1, 200)) {
      --closes_left_;
      peer.close();
    } else {
      if (random_.chance(1, 4) && peer.record().is_receiving && !peer.record().is_stopping &&
          !peer.record().buffer_in_flight)
        peer.receive_into("held", 1 + random_.below(5000));
      act(peer, 50 + random_.below(47));
    }
  }

  void say(Talk& talk, std::size_t end, std::size_t size) {
    if (talk.shut[end]) return;
    std::string text(size, '\0');
    for (char& byte : text) byte = static_cast<char>(random_.next());
    talk.ends[end].send(text);
    talk.sent[end] += text;
  }

  static void receive(const Peer& peer) {
    if (!peer.record().is_receiving && !peer.record().receive_ended()) peer.receive();
  }

  static void shut(Talk& talk, std::size_t end) {
    if (!std::exchange(talk.shut[end], true)) talk.ends[end].shutdown_send();
  }

 private:
  struct Somebody {
    Talk& talk;
    std::size_t end;
  };
  Somebody somebody() {
    Talk& talk = talks_[random_.below(static_cast<std::uint32_t>(talks_.size()))];
    return {talk, random_.below(2)};
  }

  static void act(const Peer& peer, std::uint32_t choice) {
    if (choice < 70) {
      receive(peer);
    } else if (choice < 80) {
      peer.pause();
    } else if (choice < 91) {
      peer.resume();
    } else {
      peer.stop();
    }
  }

  Random random_;
  std::vector<Talk>& talks_;
  int closes_left_ = 3;  ///< inside of callbacks
};

TEST_P(AnyOrder, StreamsStayWholeAndEveryOperationEndsOnce) { chat_in_any_order(); }

TEST_P(AnyOrder, StreamsStayWholeThoughSignalsInterruptTheSystemCalls) {
  if (is_simulated() || !SignalStorm::is_possible()) GTEST_SKIP() << "THIS MACHINE HAS NO SIGNALS";
  const SignalStorm storm;
  chat_in_any_order();
  // A signal interrupts turns that wait.
  const unsigned before = SignalStorm::handled();
  ASSERT_TRUE(run_until([&] { return SignalStorm::handled() >= before + 20; }));
}

void AnyOrder::chat_in_any_order() {
  const std::uint64_t first_seed = seed_of_this_run();
  for (std::uint64_t seed = first_seed; seed < first_seed + 3; ++seed) {
    SCOPED_TRACE("run again with MADANG_SEED=" + std::to_string(seed));
    // Small buffers, so that the receives of one socket come between the operations of the others.
    PortOptions with = options();
    with.receive_buffers = std::min(with.receive_buffers, 64u);
    with.receive_buffer_bytes = std::min(with.receive_buffer_bytes, 64u);
    Side& one = make_side(with);
    Side& two = make_side(with);
    std::vector<Talk> talks;
    for (const auto& [client, server] : connect_many(one, two, 12)) {
      Talk& talk = talks.emplace_back();
      talk.ends[0] = client;
      talk.ends[1] = server;
    }
    ASSERT_EQ(talks.size(), 12u);

    Chatter chatter(seed, talks);
    for (Side* side : {&one, &two}) side->also = [&](const Completion&) { chatter.step_inside_a_callback(); };
    Random pace(~seed);
    for (int step = 0; step < 4000; ++step) {
      chatter.step();
      if (pace.chance(1, 3)) (pace.chance(1, 2) ? one : two).turn(Duration::zero());
      if (pace.chance(1, 4)) machine().pass_time(machine().now() + 200us);
    }

    one.also = two.also = {};

    // The open connections send their last bytes and receive to the end.
    const auto untouched = [](const Talk& talk) {
      return talk.ends[0].record().is_open() && talk.ends[1].record().is_open();
    };
    for (Talk& talk : talks) {
      for (std::size_t end = 0; end < 2; ++end) {
        if (!untouched(talk)) continue;
        chatter.say(talk, end, 100);
        Chatter::shut(talk, end);
        talk.ends[end].resume();
      }
    }
    EXPECT_TRUE(run_until([&] {
      for (Talk& talk : talks)
        for (const Peer& peer : talk.ends)
          if (untouched(talk)) Chatter::receive(peer);
      return std::ranges::all_of(talks, [&](const Talk& talk) {
        return !untouched(talk) ||
               (talk.ends[0].record().receive_ended() && talk.ends[1].record().receive_ended());
      });
    }));

    std::size_t whole = 0;
    for (const Talk& talk : talks) {
      for (std::size_t end = 0; end < 2; ++end) {
        const std::string& sent = talk.sent[1 - end];
        const std::string& received = talk.ends[end].received();
        EXPECT_TRUE(sent.starts_with(received)) << "a stream has wrong bytes";
        if (untouched(talk)) {
          EXPECT_EQ(received.size(), sent.size()) << "a stream is not whole";
        }
        whole += received.size() == sent.size();
      }
    }
    EXPECT_GT(whole, 0u) << "no stream was whole, so the test has checked little";
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace madang::contract

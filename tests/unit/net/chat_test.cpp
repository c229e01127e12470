// The chat of examples/chat on two workers of the simulated network: data of sessions, timers, and posts
// whose queues are full.
#include "chat/chat.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "unit/net/worker_fixture.h"

namespace madang::net {
namespace {

using chat::Said;

class ChatTest : public testing::Test {
 protected:
  ChatTest() {
    room_.quiet_max = 5s;
    for (std::uint8_t i = 0; i < 2; ++i) {
      workers_.push_back(
          std::make_unique<Worker>(i, limits_, std::make_unique<io::SimPort>(network_), admission_));
      chats_.push_back(std::make_unique<chat::Chat>(*workers_.back(), room_));
      workers_.back()->set_service(*chats_.back());
    }
    address_ = *workers_[0]->listen(io::Address::loopback(0), {workers_[0].get(), workers_[1].get()});
  }

  /// Lets `duration` of virtual time pass. The second worker may stand still meanwhile.
  void pass(Duration duration, bool second_stands_still = false) {
    const Time end = network_.now() + duration;
    do {
      workers_[0]->turn(Duration::zero());
      if (!second_stands_still) workers_[1]->turn(Duration::zero());
      clients_.port->turn(clients_, Duration::zero());
    } while (network_.now() < end && network_.advance(end));
  }
  template <class Packet>
  void say(Clients::Client& client, const Packet& packet) {
    Buffer bytes;
    wire::append(bytes, packet);
    clients_.send(client, as_text(bytes.bytes()));
  }
  Clients::Client& join(std::string_view name) {
    Clients::Client& client = clients_.connect(address_);
    pass(50ms);
    say(client, chat::Join{chat::Name(name)});
    pass(50ms);
    return client;
  }
  /// Returns what a client was told, a line each: "Kim: hello". The goodbye is the last line.
  static std::vector<std::string> told(const Clients::Client& client) {
    std::vector<std::string> lines;
    Bytes rest = as_bytes(client.received);
    while (const auto frame = wire::next_frame(rest))
      static_cast<void>(wire::visit_packet(
          wire::Types<Said, chat::Bye>{}, *frame,
          wire::Overloaded{[&](const Said& said) {
                             lines.push_back(fmt::format("{}: {}", said.name.view(), said.text.view()));
                           },
                           [&](const chat::Bye& bye) { lines.emplace_back(bye.reason); }}));
    return lines;
  }
  using Lines = std::vector<std::string>;

  const Limits limits_;
  io::SimNetwork network_;
  Admission admission_{limits_};
  chat::Room room_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<chat::Chat>> chats_;
  io::Address address_;
  Clients clients_{std::make_unique<io::SimPort>(network_)};
};

TEST_F(ChatTest, EachGuestHasItsNameAndAllAreToldOnEveryWorker) {
  Clients::Client& kim = join("Kim");
  Clients::Client& lee = join("Lee");
  Clients::Client& nobody = clients_.connect(address_);
  pass(50ms);
  EXPECT_EQ(workers_[0]->load() + workers_[1]->load(), 3u);
  EXPECT_GT(workers_[1]->load(), 0u);
  say(kim, chat::Say{chat::Text("hello")});
  pass(50ms);
  say(lee, chat::Say{chat::Text("hi")});
  pass(50ms);
  const Lines all = {"Kim: hello", "Lee: hi"};
  EXPECT_EQ(told(kim), all);
  EXPECT_EQ(told(lee), all);
  EXPECT_EQ(told(nobody), Lines{}) << "it has not said its name";
}

TEST_F(ChatTest, WhoSaysNothingIsSentAwayAndEachMessageBeginsTheTimeAgain) {
  Clients::Client& quiet = join("quiet");
  Clients::Client& loud = join("loud");
  for (int i = 0; i < 4; ++i) {
    pass(2s);
    say(loud, chat::Say{chat::Text("la")});
  }
  pass(100ms);
  const std::string goodbye{text_of(CloseReason::idle_timeout)};
  EXPECT_EQ(told(quiet).back(), goodbye);
  EXPECT_TRUE(quiet.ended);
  EXPECT_EQ(told(loud).size(), 4u);
  pass(6s);
  EXPECT_EQ(told(loud).back(), goodbye);
}

TEST_F(ChatTest, AGuestWhoLeavesTakesItsTimerAndItsNameAlong) {
  for (int round = 0; round < 3; ++round) {
    Clients::Client& kim = join("Kim");
    clients_.port->close(kim.socket);
    pass(100ms);
  }
  Clients::Client& nobody = clients_.connect(address_);
  pass(50ms);
  say(nobody, chat::Say{chat::Text("I have a name from the guest before")});
  pass(100ms);
  EXPECT_EQ(told(nobody), Lines{std::string(text_of(CloseReason::wrong_state))});
  pass(20s);  // no timer of a guest that has left runs
}

TEST_F(ChatTest, WhatIsAgainstTheProtocolEndsTheSession) {
  Clients::Client& twice = join("twice");
  say(twice, chat::Join{chat::Name("again")});
  Clients::Client& bell = join("bell\a");
  Clients::Client& odd = join("odd");
  say(odd, chat::Say{chat::Text("bell\a")});
  Clients::Client& other = join("other");
  clients_.send(other, frame(9, ""));
  Clients::Client& garbage = join("garbage");
  clients_.send(garbage, frame(2, "\xff\xff"));
  pass(100ms);
  const auto goodbye = [](CloseReason reason) { return Lines{std::string(text_of(reason))}; };
  EXPECT_EQ(told(twice), goodbye(CloseReason::wrong_state));
  EXPECT_EQ(told(bell), goodbye(CloseReason::bad_name));
  EXPECT_EQ(told(odd), goodbye(CloseReason::bad_text));
  EXPECT_EQ(told(other), goodbye(CloseReason::unknown_opcode));
  EXPECT_EQ(told(garbage), goodbye(CloseReason::bad_packet));
}

/// The queue of a worker that stands still gets full. Then the guests wait, and nothing is lost or doubled.
TEST_F(ChatTest, AFullQueueMakesTheGuestWait) {
  Clients::Client& kim = join("Kim");
  Clients::Client& lee = join("Lee");
  constexpr int count = 500;
  Lines expected;
  for (int i = 0; i < count; ++i) {
    const std::string text = std::to_string(i);
    say(i % 2 == 0 ? kim : lee, chat::Say{chat::Text(text)});
  }
  pass(500ms, true);
  EXPECT_LT(told(kim).size(), std::size_t{count}) << "the posts had to wait";
  pass(4s);
  for (Clients::Client* client : {&kim, &lee}) {
    Lines of_kim;
    Lines of_lee;
    for (const std::string& line : told(*client)) (line.starts_with("Kim") ? of_kim : of_lee).push_back(line);
    ASSERT_EQ(of_kim.size() + of_lee.size(), std::size_t{count});
    for (int i = 0; i < count / 2; ++i) {
      EXPECT_EQ(of_kim[static_cast<std::size_t>(i)], fmt::format("Kim: {}", 2 * i));
      EXPECT_EQ(of_lee[static_cast<std::size_t>(i)], fmt::format("Lee: {}", 2 * i + 1));
    }
  }
}

/// A service that closes its session in on_packet() still has the data, and on_end() comes once.
TEST_F(ChatTest, ASessionThatItsServiceClosesKeepsItsDataUntilTheTurnIsOver) {
  struct Counted {
    int* alive = nullptr;
    std::string text = std::string(1000, 'x');
    ~Counted() {
      if (alive) --*alive;
    }
  };
  class Closing final : public ServiceOf<Counted> {
   public:
    using ServiceOf::ServiceOf;
    int alive = 0;
    int closed = 0;
    std::size_t visited = 0;

   private:
    void on_begin(Session& session, Counted& counted) override {
      counted.alive = &alive;
      ++alive;
      worker().establish(session);
    }
    Verdict on_packet(Session& session, Counted& counted, const wire::Frame&) override {
      worker().close(session, CloseReason::kicked);
      counted.text += "still here";
      return Verdict::handled();
    }
    void on_end(Session& session, Counted& counted, CloseReason) override {
      ++closed;
      counted.text.clear();
      worker().close(session, CloseReason::flooding);  // has no effect
      for_each_session([&](Session&, Counted&) { ++visited; });
    }
  };
  Worker worker(5, limits_, std::make_unique<io::SimPort>(network_), admission_);
  Closing service(worker);
  worker.set_service(service);
  Clients::Client& client = clients_.connect(*worker.listen(io::Address::loopback(0), {&worker}));
  const auto turn = [&] {
    const Time end = network_.now() + 50ms;
    do {
      worker.turn(Duration::zero());
      clients_.port->turn(clients_, Duration::zero());
    } while (network_.now() < end && network_.advance(end));
  };
  turn();
  EXPECT_EQ(service.alive, 1);
  clients_.send(client, frame(1, ""));
  turn();
  EXPECT_EQ(service.closed, 1);
  EXPECT_EQ(service.visited, 0u);
  EXPECT_EQ(service.alive, 0);
  EXPECT_EQ(worker.counters().closed_for(CloseReason::kicked).get(), 1u);
  EXPECT_EQ(worker.counters().closed_for(CloseReason::flooding).get(), 0u);
}

}  // namespace
}  // namespace madang::net

#include "madang/io/sim_network.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "madang/io/sim_port.h"

namespace madang::io {
namespace {

/// Echoes the received bytes, and keeps a record of all completions.
class Echo final : public CompletionHandler {
 public:
  explicit Echo(Port& port) : port_(port) {}

  void on_completion(Completion& completion) override {
    log += std::to_string(static_cast<int>(completion.kind)) + (completion.is_final ? "! " : " ") +
           std::to_string(completion.socket.value) + " " + std::to_string(completion.bytes.size()) + " " +
           std::to_string(port_.now().count()) + "\n";
    if (completion.kind == OperationKind::accept && !completion.is_final)
      port_.receive(*port_.adopt(std::move(completion.accepted), 0));
    if (completion.kind == OperationKind::receive && !completion.is_final) {
      port_.send(completion.socket, Buffer::copy(completion.bytes));
      bytes_echoed += completion.bytes.size();
    }
    if (completion.kind == OperationKind::receive && completion.is_final) port_.close(completion.socket);
  }

  std::string log;
  std::size_t bytes_echoed = 0;

 private:
  Port& port_;
};

/// Connects, sends a line each millisecond for a while, receives the echo, and closes.
class Talker final : public CompletionHandler {
 public:
  Talker(Port& port, const Address& to, std::string line, int times)
      : port_(port), line_(std::move(line)), times_(times), socket_(*port.connect(to, 0)) {}

  void on_completion(Completion& completion) override {
    switch (completion.kind) {
      case OperationKind::connect:
        error = completion.error;
        if (error) return port_.close(socket_);
        port_.receive(socket_);
        port_.start_timer(1ms, 0);
        break;
      case OperationKind::timer:
        if (closing_) return;
        if (times_-- > 0) {
          port_.send(socket_, Buffer::copy(as_bytes(line_)));
          port_.start_timer(1ms, 0);
        } else {
          port_.shutdown_send(socket_);
        }
        break;
      case OperationKind::receive:
        heard += as_text(completion.bytes);
        if (completion.bytes.size() > 0) ++receives;
        if (!completion.is_final) return;
        error = completion.error;
        closing_ = true;
        port_.close(socket_);
        break;
      case OperationKind::close: left = true; break;
      default: break;
    }
  }

  std::string heard;
  std::size_t receives = 0;
  Error error;
  bool left = false;

 private:
  Port& port_;
  std::string line_;
  int times_;
  Socket socket_;
  bool closing_ = false;
};

struct Outcome {
  std::uint64_t hash = 0;
  std::string log;
  std::vector<std::string> heard;
  std::vector<std::size_t> receives;
  std::vector<ErrorCode> errors;
  std::size_t all_left = 0;
  Time took{0};

  bool operator==(const Outcome&) const = default;
};

/// Runs an echo server and five talkers, each on a port of its own, from the first connect to the last close.
Outcome run(const SimSettings& settings, int times = 20) {
  SimNetwork network(settings);
  SimPort server(network);
  Echo echo(server);
  const Address address = server.local_address(*server.listen(Address::loopback(7777), 0));
  std::vector<std::unique_ptr<SimPort>> ports;
  std::vector<std::unique_ptr<Talker>> talkers;
  for (int i = 0; i < 5; ++i) {
    ports.push_back(std::make_unique<SimPort>(network));
    talkers.push_back(
        std::make_unique<Talker>(*ports.back(), address, "line of " + std::to_string(i), times));
  }
  do {
    server.turn(echo, Duration::zero());
    for (std::size_t i = 0; i < ports.size(); ++i) ports[i]->turn(*talkers[i], Duration::zero());
  } while (network.advance());

  Outcome outcome{.hash = network.hash(), .log = echo.log, .took = network.now()};
  for (const auto& talker : talkers) {
    outcome.heard.push_back(talker->heard);
    outcome.receives.push_back(talker->receives);
    outcome.errors.push_back(talker->error.code);
    outcome.all_left += talker->left;
  }
  return outcome;
}

std::string repeated(const std::string& line, int times) {
  std::string all;
  while (times-- > 0) all += line;
  return all;
}

TEST(SimNetwork, TheSameSeedIsTheSameRun) {
  const Outcome first = run({.seed = 42});
  EXPECT_EQ(first, run({.seed = 42}));
  EXPECT_FALSE(first.log.empty());
}

TEST(SimNetwork, AnotherSeedIsAnotherRunWithTheSameBytes) {
  const Outcome first = run({.seed = 1});
  const Outcome second = run({.seed = 2});
  EXPECT_NE(first.hash, second.hash);
  EXPECT_NE(first.log, second.log);
  EXPECT_EQ(first.heard, second.heard);
}

TEST(SimNetwork, WhateverTheSeedEveryByteArrivesInOrder) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Outcome outcome = run({.seed = seed, .splits_percent = 100, .socket_buffer_bytes = 64}, 10);
    EXPECT_EQ(outcome.all_left, 5u) << "seed " << seed;
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(outcome.heard[static_cast<std::size_t>(i)], repeated("line of " + std::to_string(i), 10))
          << "seed " << seed;
  }
}

TEST(SimNetwork, ByteByByteMeansByteByByte) {
  const Outcome outcome = run({.delay_min = 0ms, .delay_max = 10ms, .is_byte_by_byte = true});
  EXPECT_EQ(outcome.heard[0], repeated("line of 0", 20));
  EXPECT_GT(outcome.receives[0], 60u);
}

TEST(SimNetwork, TimePassesOnlyInsideOfIt) {
  // Twenty lines, one a millisecond, with an hour of delay each way. A real clock would take hours.
  const Outcome outcome = run({.delay_min = 1h, .delay_max = 1h});
  EXPECT_EQ(outcome.all_left, 5u);
  EXPECT_GT(outcome.took, 4h);
  EXPECT_LT(outcome.took, 10h);
}

TEST(SimNetwork, ResetsAndRefusalsHappenAsOftenAsTheyAreAskedFor) {
  for (const ErrorCode code : run({.resets_per_million = 1'000'000}).errors)
    EXPECT_EQ(code, ErrorCode::connection_reset);
  for (const ErrorCode code : run({.refusals_percent = 100}).errors)
    EXPECT_EQ(code, ErrorCode::connection_refused);
  for (const ErrorCode code : run({}).errors) EXPECT_EQ(code, ErrorCode::none);
}

TEST(SimNetwork, AdvanceStopsAtTheLatestMomentThatItIsTold) {
  SimNetwork network;
  SimPort port(network);
  EXPECT_FALSE(network.advance()) << "nothing can happen any more";
  EXPECT_TRUE(network.advance(5ms));
  EXPECT_EQ(network.now(), 5ms);
  port.start_timer(10ms, 0);
  EXPECT_TRUE(network.advance(12ms));
  EXPECT_EQ(network.now(), 12ms);
  EXPECT_TRUE(network.advance());
  EXPECT_EQ(network.now(), 15ms);
}

TEST(SimNetwork, WorkWithoutEndDoesNotStopTheClock) {
  struct Busy final : CompletionHandler {
    explicit Busy(Port& p) : port(p) {}
    void on_completion(Completion& completion) override {
      if (completion.kind == OperationKind::timer)
        rang = true;
      else
        EXPECT_TRUE(port.post(0, 0));
    }
    Port& port;
    bool rang = false;
  };
  SimNetwork network;
  SimPort port(network);
  Busy busy(port);
  EXPECT_TRUE(port.post(0, 0));
  port.start_timer(1ms, 0);
  for (int i = 0; i < 5000 && !busy.rang; ++i) {
    port.turn(busy, Duration::zero());
    network.advance();
  }
  EXPECT_TRUE(busy.rang);
}

TEST(SimNetwork, WorkTakesTimeWithinATurn) {
  struct Worker final : CompletionHandler {
    Worker(SimNetwork& n, Port& p) : network(n), port(p) {}
    void on_completion(Completion& completion) override {
      if (completion.kind == OperationKind::timer) rang.emplace_back(completion.key, port.now());
      if (completion.kind == OperationKind::timer && completion.key == 1) network.spend(45ms);
    }
    SimNetwork& network;
    Port& port;
    std::vector<std::pair<Key, Time>> rang;
  };
  SimNetwork network;
  SimPort port(network);
  Worker worker(network, port);
  port.start_timer(10ms, 1);
  port.start_timer(20ms, 2);
  port.start_timer(10ms, 3);
  network.advance();
  port.turn(worker, Duration::zero());
  // The third timer was due already, and sees the time that the first has spent. The second became due
  // meanwhile.
  EXPECT_EQ(worker.rang, (std::vector<std::pair<Key, Time>>{{1, 10ms}, {3, 55ms}}));
  EXPECT_EQ(port.now(), 55ms);
  port.turn(worker, Duration::zero());
  ASSERT_EQ(worker.rang.size(), 3u);
  EXPECT_EQ(worker.rang[2], (std::pair<Key, Time>(2, 55ms)));
}

TEST(SimNetwork, WhatArrivesDuringWorkIsThereAfterTheNextAdvance) {
  SimNetwork network({.delay_min = 1ms, .delay_max = 1ms});
  SimPort server(network);
  Echo echo(server);
  const Address address = server.local_address(*server.listen(Address::loopback(7777), 0));
  SimPort client(network);
  Talker talker(client, address, "hello", 1);
  while (echo.bytes_echoed == 0) {
    server.turn(echo, Duration::zero());
    client.turn(talker, Duration::zero());
    ASSERT_TRUE(network.advance());
  }
  server.turn(echo, Duration::zero());
  network.spend(100ms);
  const Time after = network.now();
  client.turn(talker, Duration::zero());
  EXPECT_EQ(talker.heard, "") << "the bytes are there after the next advance()";
  network.advance();
  EXPECT_EQ(network.now(), after + network.settings.work_time);
  for (int i = 0; i < 2; ++i) client.turn(talker, Duration::zero());
  EXPECT_EQ(talker.heard, "hello");
}

TEST(SimNetwork, ASendMayTakeTime) {
  const Outcome free = run({.seed = 3});
  const Outcome slow = run({.seed = 3, .send_time = 1s});
  EXPECT_EQ(slow.heard, free.heard);
  EXPECT_GT(slow.took, free.took + 100s) << "five talkers, twenty lines each";
}

TEST(SimNetwork, HostsHaveTheirOwnAddresses) {
  struct Peers final : CompletionHandler {
    void on_completion(Completion& completion) override {
      if (completion.kind == OperationKind::accept) ++from[Address(completion.peer).ip[3]];
    }
    std::map<int, int> from;
  };
  SimNetwork network;
  SimPort server(network);
  SimPort one(network, {}, Address::v4(10, 0, 0, 1, 0));
  SimPort two(network, {}, Address::v4(10, 0, 0, 2, 0));
  ASSERT_TRUE(server.listen(Address::v4(0, 0, 0, 0, 7777), 0));
  ASSERT_TRUE(one.connect(Address::v4(10, 0, 0, 9, 7777), 0));
  ASSERT_TRUE(two.connect(Address::v4(10, 0, 0, 9, 7777), 0));
  ASSERT_TRUE(two.connect(Address::v4(10, 0, 0, 9, 7777), 0));
  Peers peers;
  do {
    server.turn(peers, Duration::zero());
    one.turn(peers, Duration::zero());
    two.turn(peers, Duration::zero());
  } while (network.advance());
  EXPECT_EQ(peers.from, (std::map<int, int>{{1, 1}, {2, 2}}));
}

}  // namespace
}  // namespace madang::io

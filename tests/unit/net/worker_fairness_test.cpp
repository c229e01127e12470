// One client, or a pause of the worker, must not harm other clients.
#include <algorithm>

#include "madang/base/token_bucket.h"
#include "unit/net/worker_fixture.h"

namespace madang::net {
namespace {

class WorkerFairnessTest : public WorkerTest {
 protected:
  /// The worker stands still. The network and its clients go on.
  void freeze(Duration duration) {
    const Time end = network_.now() + duration;
    while (network_.now() < end) {
      clients_->port->turn(*clients_, Duration::zero());
      // Not from event to event: the worker's timer is due all the time, so the clock would go by
      // microseconds.
      network_.spend(std::min<Duration>(10ms, end - network_.now()));
      network_.advance(network_.now());
    }
    clients_->port->turn(*clients_, Duration::zero());
  }
};

TEST_F(WorkerFairnessTest, AFreezeLongerThanTheIdleTimeoutEndsNoClientThatSentSomething) {
  start();
  Clients::Client& speaker = connected_client();
  Clients::Client& silent = connected_client();
  pass(30s);
  clients_->send(speaker, frame(1, "before"));
  pass(1s);
  clients_->send(speaker, frame(1, "meanwhile"));
  freeze(300s);
  pass(20s);
  EXPECT_TRUE(service_->closed.empty());
  EXPECT_EQ(speaker.received, frame(1, "before") + frame(1, "meanwhile"));
  pass(12s);
  EXPECT_EQ(only_reason(), CloseReason::idle_timeout) << "who was silent for a minute before and after";
  EXPECT_TRUE(silent.ended);
  EXPECT_FALSE(speaker.ended);
}

TEST_F(WorkerFairnessTest, AFreezeEndsNoLoginThatHadTimeLeft) {
  start();
  service_->establish = false;
  connected_client();
  pass(2s);
  freeze(60s);
  pass(2s);
  EXPECT_TRUE(service_->closed.empty());
  pass(2s);
  EXPECT_EQ(only_reason(), CloseReason::login_timeout);
}

TEST_F(WorkerFairnessTest, BytesThatCameInAFreezeAreJudgedByTheTimeOfTheFreeze) {
  start();
  const Budget budget{.burst = 5, .interval_ms = 100};
  TokenBucket honest;
  Clients::Client& client = connected_client();
  pass(1s);
  const Session& session = worker_->at(service_->opened.front().index());
  freeze(10s);
  clients_->send(client, frame(1, "wakes it"));
  pass(10ms);
  int allowed = 0;
  while (honest.take(worker_->sent_since(session), worker_->now(), budget)) ++allowed;
  EXPECT_GE(allowed, 100) << "ten a second for ten seconds";
  EXPECT_LE(allowed, 110) << "and no more than that and a burst";
  pass(5s);
  allowed = 0;
  while (honest.take(worker_->sent_since(session), worker_->now(), budget)) ++allowed;
  EXPECT_EQ(allowed, 5) << "the pause is credited once";
}

TEST_F(WorkerFairnessTest, StalledSessionsAreRetriedInTheirOrder) {
  start();
  std::vector<Clients::Client*> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(&connected_client());
  service_->has_capacity = false;
  for (int i = 0; i < 4; ++i) {
    clients_->send(*waiting[static_cast<std::size_t>(i)], frame(TestService::not_now, std::to_string(i)));
    pass(120ms);
  }
  // There is capacity again, but the worker does not know yet. A new frame must wait behind the others.
  service_->has_capacity = true;
  Clients::Client& late = clients_->connect(address_);
  for (int i = 0; i < 3; ++i) clients_->port->turn(*clients_, Duration::zero());
  pass(1ms);
  clients_->send(late, frame(TestService::not_now, "late"));
  pass(1s);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"0", "1", "2", "3", "late"}));
}

TEST_F(WorkerFairnessTest, ASessionThatStallsTwiceStaysTheFirst) {
  start();
  Clients::Client& first = connected_client();
  Clients::Client& second = connected_client();
  service_->has_capacity = false;
  clients_->send(first, frame(TestService::not_now, "a"));
  pass(50ms);
  clients_->send(second, frame(TestService::not_now, "b"));
  pass(2s);  // many retries without capacity
  service_->has_capacity = true;
  pass(1s);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"a", "b"}));
  clients_->send(first, frame(1, "goes on"));
  pass(1s);
  EXPECT_EQ(service_->frames.size(), 3u);
}

TEST_F(WorkerFairnessTest, AClientThatWaitsForTheServerIsNotSilent) {
  start();
  Clients::Client& client = connected_client();
  service_->has_capacity = false;
  clients_->send(client, frame(TestService::not_now, "x"));
  pass(100s);
  EXPECT_TRUE(service_->closed.empty());
  service_->has_capacity = true;
  pass(59s);
  EXPECT_TRUE(service_->closed.empty());
  pass(2s);
  EXPECT_EQ(only_reason(), CloseReason::idle_timeout);
}

TEST_F(WorkerFairnessTest, EveryRefusalLeavesTheCountsAsTheyWere) {
  Limits limits;
  limits.sessions_max = 3;
  limits.refusals_max = 4;
  limits.idle_timeout_ms = 3'600'000;
  start(limits);
  for (int i = 0; i < 3; ++i) connected_client();
  for (int round = 0; round < 500; ++round) {
    Clients::Client& refused = clients_->connect(address_);
    pass(Duration(1ms) * (round % 10));
    if (round % 2 == 0 && !refused.ended) clients_->port->close(refused.socket, io::CloseMode::reset);
    pass(3s);
    if (round % 2 == 1) {
      EXPECT_EQ(refused.received, frame(99, "server_full")) << "each is told why, also after many: " << round;
    }
  }
  EXPECT_GE(worker_->counters().closed_for(CloseReason::server_full).get(), 250u);
  EXPECT_EQ(admission_->sessions(), 3u);
  EXPECT_EQ(worker_->load(), 3u);
  for (int i = 0; i < 3; ++i) clients_->send(clients_->clients[static_cast<std::size_t>(i)], frame(3, ""));
  pass(5s);
  EXPECT_EQ(admission_->sessions(), 0u);
  EXPECT_EQ(worker_->load(), 0u);
  for (int i = 0; i < 3; ++i) connected_client();
  EXPECT_EQ(worker_->counters().sessions_open.get(), 3u) << "newcomers still get in";
}

TEST_F(WorkerFairnessTest, TheGoodbyesOfRefusedClientsAreBounded) {
  Limits limits;
  limits.sessions_max = 1;
  limits.refusals_max = 3;
  start(limits);
  Clients::Client& player = connected_client();
  for (int wave = 0; wave < 3; ++wave) {
    std::vector<Clients::Client*> crowd;
    for (int i = 0; i < 10; ++i) crowd.push_back(&clients_->connect(address_));
    pass(20ms);
    EXPECT_LE(worker_->load(), 4u);
    pass(5s);
    const auto told = std::ranges::count(crowd, frame(99, "server_full"), &Clients::Client::received);
    EXPECT_GE(told, 3) << wave;
    EXPECT_LT(told, 10) << wave;
    EXPECT_TRUE(std::ranges::all_of(crowd, &Clients::Client::ended));
    clients_->send(player, frame(1, ""));
  }
  EXPECT_EQ(worker_->load(), 1u);
}

TEST_F(WorkerFairnessTest, AClientThatGoesOnSendingAfterItsGoodbyeIsReset) {
  Limits limits;
  limits.goodbye_deadline_ms = 60'000;
  start(limits);
  Clients::Client& client = connected_client();
  clients_->port->pause(client.socket);  // it does not see the end
  clients_->send(client, frame(TestService::forbidden, ""));
  pass(100ms);
  EXPECT_EQ(only_reason(), CloseReason::flooding);
  const std::uint64_t before = worker_->counters().bytes_in.get();
  for (int i = 0; i < 100 && worker_->load() > 0; ++i) {
    clients_->send(client, std::string(65'536, 'x'));
    pass(100ms);
  }
  EXPECT_EQ(worker_->load(), 0u);
  EXPECT_LT(worker_->counters().bytes_in.get() - before, 2u << 20);
}

TEST_F(WorkerFairnessTest, BytesThatTheSystemHoldsForAClientThatDoesNotReadMakeItLag) {
  io::PortOptions options;
  options.unsent_bytes_max = 40'000;
  start({}, options);
  Clients::Client& lazy = connected_client();
  Clients::Client& other = connected_client();
  const Session& lazy_session = worker_->at(service_->opened[0].index());
  const Session& other_session = worker_->at(service_->opened[1].index());
  clients_->port->pause(lazy.socket);
  clients_->send(lazy, frame(TestService::give_much, ""));
  clients_->send(other, frame(1, "hello"));
  pass(3s);
  clients_->send(lazy, frame(1, ""));
  pass(100ms);
  EXPECT_GT(worker_->lag(lazy_session), 2s) << "64 KiB at 32 kB a second";
  EXPECT_LT(worker_->lag(other_session), 100ms);
  EXPECT_GT(worker_->counters().queued_bytes.get(), 65'536u);
  clients_->port->resume(lazy.socket);
  pass(5s);
  EXPECT_LT(worker_->lag(lazy_session), 100ms);
  EXPECT_EQ(worker_->counters().queued_bytes.get(), 0u);
}

/// Two workers, of which the first accepts.
class TwoWorkersTest : public ::testing::Test {
 protected:
  TwoWorkersTest() {
    std::vector<Worker*> all;
    for (std::uint8_t i = 0; i < 2; ++i) {
      workers_.push_back(
          std::make_unique<Worker>(i, limits_, std::make_unique<io::SimPort>(network_), admission_));
      services_.push_back(std::make_unique<TestService>(*workers_[i]));
      workers_[i]->set_service(*services_[i]);
      all.push_back(workers_[i].get());
    }
    address_ = *workers_[0]->listen(io::Address::loopback(0), all);
  }
  void pass(Duration duration, bool with_second = true) {
    const Time end = network_.now() + duration;
    do {
      workers_[0]->turn(Duration::zero());
      if (with_second) workers_[1]->turn(Duration::zero());
      clients_.port->turn(clients_, Duration::zero());
    } while (network_.now() < end && network_.advance(end));
  }

  io::SimNetwork network_;
  const Limits limits_;
  Admission admission_{limits_};
  std::vector<std::unique_ptr<TestService>> services_;
  std::vector<std::unique_ptr<Worker>> workers_;
  Clients clients_{std::make_unique<io::SimPort>(network_)};
  io::Address address_;
};

TEST_F(TwoWorkersTest, AConnectionGoesToTheWorkerWithTheFewest) {
  // Each player has three connections that end before its session begins, as the files of a page do.
  for (int i = 0; i < 20; ++i) {
    for (int file = 0; file < 3; ++file) {
      Clients::Client& client = clients_.connect(address_);
      pass(20ms);
      clients_.port->close(client.socket);
      pass(100ms);
    }
    clients_.connect(address_);
    pass(20ms);
  }
  EXPECT_EQ(workers_[0]->counters().sessions_open.get(), 10u);
  EXPECT_EQ(workers_[1]->counters().sessions_open.get(), 10u);
}

TEST_F(TwoWorkersTest, AConnectionOnItsWayToAWorkerIsCountedThere) {
  for (int i = 0; i < 20; ++i) clients_.connect(address_);
  pass(50ms, false);
  EXPECT_EQ(workers_[0]->load(), 10u);
  EXPECT_EQ(workers_[1]->load(), 10u);
  pass(50ms);
  EXPECT_EQ(workers_[1]->counters().sessions_open.get(), 10u);
  EXPECT_EQ(workers_[1]->load(), 10u);
}

TEST_F(TwoWorkersTest, AConnectionThatReachesAStoppingWorkerGetsItsGoodbye) {
  workers_[1]->stop();
  pass(100ms);
  EXPECT_FALSE(workers_[1]->is_finished()) << "the listener of the first worker can still send connections";
  for (int i = 0; i < 4; ++i) clients_.connect(address_);
  pass(100ms);
  workers_[0]->stop();
  pass(5s);
  EXPECT_TRUE(workers_[0]->is_finished());
  EXPECT_TRUE(workers_[1]->is_finished());
  for (const Clients::Client& client : clients_.clients)
    EXPECT_EQ(client.received, frame(99, "server_stopping"));
  EXPECT_EQ(admission_.sessions(), 0u);
}

}  // namespace
}  // namespace madang::net

// A session over plain TCP, from its login to its end.
#include "unit/net/worker_fixture.h"

namespace madang::net {
namespace {

TEST_F(WorkerTest, DispatchesFramesThatComeInPiecesAndSeveralAtOnce) {
  network_.settings.byte_by_byte = true;
  start();
  Clients::Client& client = connected_client();
  const std::string all = frame(1, "one") + frame(1, "") + frame(1, std::string(900, 'z'));
  clients_->send(client, all);
  pass(10s);
  EXPECT_EQ(client.received, all);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"one", "", std::string(900, 'z')}));
}

TEST_F(WorkerTest, DispatchesAndForwardsLargeFramesAmongSmallOnes) {
  Limits limits;
  limits.frame_bytes_max = wire::frame_size_max;
  start(limits);
  Clients::Client& client = connected_client();
  std::string sent;
  for (std::size_t i = 0; i < 60; ++i) {
    const std::size_t size = i % 3 == 0 ? 65'531 : i % 3 == 1 ? 8'188 + i : i;
    const std::string one = frame(1, std::string(size, static_cast<char>('a' + i % 26)));
    clients_->send(client, one);
    sent += one;
    if (i % 4 == 0) pass(20ms);
  }
  pass(5s);
  EXPECT_EQ(service_->frames.size(), 60u);
  EXPECT_TRUE(client.received == sent);
}

TEST_F(WorkerTest, AnswersAllFramesOfOneTurnWithOneSend) {
  start();
  Clients::Client& client = connected_client();
  network_.settings.splits_percent = 0;
  std::string all;
  for (int i = 0; i < 100; ++i) all += frame(1, "x");
  clients_->send(client, all);
  pass(1s);
  EXPECT_EQ(client.received, all);
  EXPECT_EQ(worker_->counters().sends.get(), 1u);
}

TEST_F(WorkerTest, ClosesOnAnImpossibleFrameSizeAndSaysWhy) {
  for (const std::uint16_t size : {0, 1, 3, 1025, 65535}) {
    start();
    Clients::Client& client = connected_client();
    std::string bytes(4, '\0');
    store(reinterpret_cast<std::byte*>(bytes.data()), size);
    clients_->send(client, bytes);
    pass(1s);
    EXPECT_EQ(only_reason(), CloseReason::bad_frame_size) << size;
    EXPECT_EQ(client.received, frame(99, "bad_frame_size"));
    EXPECT_TRUE(client.ended);
  }
}

TEST_F(WorkerTest, RetriesAFrameAndReadsNothingMoreUntilItIsHandled) {
  start();
  Clients::Client& client = connected_client();
  service_->has_capacity = false;
  clients_->send(client, frame(1, "a") + frame(2, "b") + frame(1, "c"));
  pass(1s);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"a"}));
  service_->has_capacity = true;
  pass(1s);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"a", "b", "c"}));
  clients_->send(client, frame(1, "d"));
  pass(1s);
  EXPECT_EQ(client.received, frame(1, "a") + frame(2, "b") + frame(1, "c") + frame(1, "d"));
}

TEST_F(WorkerTest, AStalledSessionCanBeClosed) {
  start();
  Clients::Client& client = connected_client();
  service_->has_capacity = false;
  clients_->send(client, frame(2, "b"));
  pass(1s);
  worker_->stop();
  pass(10s);
  EXPECT_TRUE(worker_->is_finished());
  EXPECT_EQ(client.received, frame(99, "server_stopping"));
}

TEST_F(WorkerTest, ASessionThatIsClosedByARetriedFrameEndsInOrder) {
  start();
  Clients::Client& client = connected_client();
  service_->has_capacity = false;
  clients_->send(client, frame(TestService::not_now, "b") + frame(TestService::forbidden, ""));
  pass(1s);
  service_->has_capacity = true;
  pass(500ms);
  EXPECT_EQ(client.received, frame(TestService::not_now, "b") + frame(99, "flooding"));
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(admission_->sessions(), 0u) << "it holds its place, though it left long ago";
}

TEST_F(WorkerTest, ClosesAClientThatDoesNotLogInInTimeEvenIfItTricklesBytes) {
  start();
  service_->establish = false;
  Clients::Client& client = connected_client();
  for (int i = 0; i < 10 && !client.ended; ++i) {
    clients_->send(client, frame(1, "").substr(static_cast<std::size_t>(i % 4), 1));
    pass(600ms);
  }
  EXPECT_EQ(only_reason(), CloseReason::login_timeout);
}

TEST_F(WorkerTest, ClosesASilentClientButNotAnActiveOne) {
  start();
  Clients::Client& silent = connected_client();
  Clients::Client& speaker = connected_client();
  for (int i = 0; i < 13; ++i) {
    clients_->send(speaker, frame(1, "hello"));
    pass(5s);
  }
  EXPECT_EQ(only_reason(), CloseReason::idle_timeout);
  EXPECT_TRUE(silent.ended);
  EXPECT_FALSE(speaker.ended);
}

TEST_F(WorkerTest, ClosesAClientThatDoesNotReadAndKeepsTheOthers) {
  Limits limits;
  limits.send_queue_bytes_max = 300'000;
  start(limits);
  Clients::Client& lazy = connected_client();
  Clients::Client& other = connected_client();
  clients_->port->pause(lazy.socket);
  for (int i = 0; i < 20 && service_->closed.empty(); ++i) {
    clients_->send(lazy, frame(4, ""));
    pass(100ms);
  }
  EXPECT_EQ(only_reason(), CloseReason::slow_reader);
  EXPECT_LT(worker_->counters().queued_bytes.get(), 200'000u) << "what it did not read is dropped";
  pass(5s);
  EXPECT_EQ(worker_->counters().queued_bytes.get(), 0u);
  EXPECT_EQ(worker_->counters().sessions_open.get(), 1u);
  clients_->send(other, frame(1, "still here"));
  pass(1s);
  EXPECT_EQ(other.received, frame(1, "still here"));
}

TEST_F(WorkerTest, SendsARefusedClientTheReason) {
  Limits limits;
  limits.sessions_max = 2;
  start(limits);
  connected_client();
  connected_client();
  Clients::Client& third = connected_client();
  pass(1s);
  EXPECT_EQ(third.received, frame(99, "server_full"));
  EXPECT_EQ(service_->opened.size(), 2u);
  EXPECT_EQ(worker_->counters().sessions_open.get(), 2u);
}

TEST_F(WorkerTest, AcceptsNoMoreHandshakesThanTheRateAllows) {
  Limits limits;
  limits.handshakes_per_second_max = 20;
  start(limits);
  for (int i = 0; i < 100; ++i) clients_->connect(address_);
  pass(1s);
  EXPECT_GE(service_->opened.size(), 20u);
  EXPECT_LE(service_->opened.size(), 24u);
  pass(5s);
  EXPECT_EQ(service_->opened.size(), 100u) << "those who had to wait come in later";
}

TEST_F(WorkerTest, RefusesNoMoreThanTheRateAllows) {
  Limits limits;
  limits.sessions_max = 1;
  limits.refusals_per_second_max = 20;
  start(limits);
  connected_client();
  for (int i = 0; i < 100; ++i) clients_->connect(address_);
  const auto refused = [&] { return worker_->counters().closed_for(CloseReason::server_full).get(); };
  pass(1s);
  EXPECT_GE(refused(), 18u);
  EXPECT_LE(refused(), 24u);
  pass(5s);
  EXPECT_EQ(refused(), 100u);
}

TEST_F(WorkerTest, RefusedClientsDoNotUseUpTheHandshakesOfOthers) {
  Limits limits;
  limits.sessions_max = 1;
  limits.handshakes_per_second_max = 100;
  start(limits);
  Clients::Client& first = connected_client();
  for (int i = 0; i < 50; ++i) clients_->connect(address_);
  pass(50ms);
  EXPECT_EQ(worker_->counters().closed_for(CloseReason::server_full).get(), 50u);
  clients_->port->close(first.socket);
  pass(10ms);
  clients_->connect(address_);
  pass(10ms);
  EXPECT_EQ(service_->opened.size(), 2u);
}

TEST_F(WorkerTest, ShortensTheQueuesOfSlowReadersWhenAllQueuesHoldTooMuch) {
  Limits limits;
  limits.queued_mbytes_max = 1;
  start(limits);
  std::vector<Clients::Client*> lazy;
  for (int i = 0; i < 20; ++i) {
    lazy.push_back(&connected_client());
    clients_->port->pause(lazy.back()->socket);
  }
  for (int round = 0; round < 8; ++round) {
    for (Clients::Client* client : lazy) clients_->send(*client, frame(TestService::give_much, ""));
    pass(100ms);
  }
  EXPECT_GT(worker_->counters().closed_for(CloseReason::slow_reader).get(), 0u)
      << "half a megabyte each is allowed, but not to all of them";
}

TEST_F(WorkerTest, NeverGivesASessionIdTwiceAndMarksItWithItsNumber) {
  start();
  for (int i = 0; i < 20; ++i) {
    Clients::Client& client = connected_client();
    clients_->send(client, frame(3, ""));
    pass(1s);
  }
  ASSERT_EQ(service_->opened.size(), 20u);
  std::sort(service_->opened.begin(), service_->opened.end());
  EXPECT_EQ(std::unique(service_->opened.begin(), service_->opened.end()), service_->opened.end());
  for (const SessionId id : service_->opened) {
    EXPECT_EQ(id.series(), 3);
    EXPECT_EQ(worker_->find(id), nullptr) << "late ids find nothing";
  }
}

TEST_F(WorkerTest, StopsWithAGoodbyeForAllAfterTheBytesThatWaited) {
  start();
  for (int i = 0; i < 10; ++i) connected_client();
  for (auto& client : clients_->clients) clients_->send(client, frame(1, "last words"));
  pass(10ms);
  worker_->stop();
  pass(4s);
  EXPECT_TRUE(worker_->is_finished());
  for (const auto& client : clients_->clients)
    EXPECT_EQ(client.received, frame(1, "last words") + frame(99, "server_stopping"));
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerTest, StopsWithinItsDeadlineAlthoughAClientNeverReadsItsGoodbye) {
  start();
  Clients::Client& lazy = connected_client();
  clients_->port->pause(lazy.socket);
  pass(10ms);
  worker_->stop();
  pass(6s);
  EXPECT_TRUE(worker_->is_finished());
}

TEST_F(WorkerTest, InAHurryItDoesNotWaitForAClientThatNeverReadsItsGoodbye) {
  start();
  Clients::Client& lazy = connected_client();
  clients_->port->pause(lazy.socket);
  pass(10ms);
  worker_->stop();
  pass(1s);
  ASSERT_FALSE(worker_->is_finished());
  worker_->hurry();
  pass(500ms);
  EXPECT_TRUE(worker_->is_finished());
}

TEST_F(WorkerTest, AConnectionThatIsResetCountsAsLost) {
  start();
  Clients::Client& client = connected_client();
  clients_->port->close(client.socket, io::CloseMode::reset);
  pass(1s);
  EXPECT_EQ(only_reason(), CloseReason::connection_lost);
  EXPECT_EQ(worker_->counters().sessions_open.get(), 0u);
}

}  // namespace
}  // namespace madang::net

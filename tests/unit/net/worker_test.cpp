// A worker on the simulated network: its service and its clients are played by the test, time is virtual.
#include "net/worker.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>

#include "io/sim_network.h"
#include "io/sim_port.h"
#include "wire/frame.h"

namespace madang::net {
namespace {

std::string frame(std::uint16_t opcode, std::string_view body) {
  std::string bytes(4, '\0');
  store(reinterpret_cast<std::byte*>(bytes.data()), static_cast<std::uint16_t>(4 + body.size()));
  store(reinterpret_cast<std::byte*>(bytes.data()) + 2, opcode);
  return bytes + std::string(body);
}

/// Echoes frames; some opcodes are special.
class TestService final : public Service {
 public:
  static constexpr std::uint16_t not_now = 2;    // taken only when `room` is true
  static constexpr std::uint16_t forbidden = 3;  // closes as flooding
  static constexpr std::uint16_t give_much = 4;  // answers with 64 KiB

  explicit TestService(Worker& worker) : worker_(worker) {}

  void on_open(Session& session) override {
    opened.push_back(session.id());
    if (establish) worker_.establish(session);
  }
  Verdict on_frame(Session& session, const wire::Frame& f) override {
    if (f.opcode == forbidden) return Verdict::close(CloseReason::flooding);
    if (f.opcode == not_now && !room) return Verdict::later();
    frames.emplace_back(as_text(f.body));
    if (f.opcode == give_much) {
      std::memset(worker_.out(session).extend(65536), 'x', 65536);
    } else {
      worker_.forward(f, session);
    }
    return Verdict::taken();
  }
  void on_close(Session& session, CloseReason reason) override { closed[session.id()] = reason; }
  void say_goodbye(CloseReason reason, Buffer& out) override {
    out.append(as_bytes(frame(99, name_of(reason))));
  }

  bool establish = true;
  bool room = true;
  std::vector<SessionId> opened;
  std::vector<std::string> frames;
  std::map<SessionId, CloseReason> closed;

 private:
  Worker& worker_;
};

/// The clients' side: raw bytes in and out.
class Clients final : public io::CompletionHandler {
 public:
  struct Client {
    io::Socket socket;
    bool connected = false;
    bool ended = false;
    std::string received;
  };

  explicit Clients(std::unique_ptr<io::Port> p) : port(std::move(p)) {}

  Client& connect(const io::Address& to) {
    Client& client = clients.emplace_back();
    client.socket = *port->connect(to, clients.size() - 1);
    return client;
  }
  void send(Client& client, std::string_view bytes) {
    port->send(client.socket, Buffer::copy(as_bytes(bytes)));
  }

  void on_completion(io::Completion& c) override {
    if (c.kind == io::OperationKind::timer) return;
    Client& client = clients[c.key];
    if (c.kind == io::OperationKind::connect) {
      client.connected = !c.error;
      if (client.connected) port->receive(c.socket);
    } else if (c.kind == io::OperationKind::receive) {
      client.received += as_text(c.bytes);
      client.ended = c.final;
      if (c.final && c.error.code != ErrorCode::cancelled) port->close(c.socket);
    }
  }

  std::deque<Client> clients;
  std::unique_ptr<io::Port> port;
};

class WorkerTest : public ::testing::Test {
 protected:
  void start(const Limits& limits = {}) {
    admission_.emplace(limits);
    worker_ = std::make_unique<Worker>(3, limits, std::make_unique<io::SimPort>(network_), *admission_);
    service_ = std::make_unique<TestService>(*worker_);
    worker_->set_service(*service_);
    address_ = *worker_->listen(io::Address::loopback(0), {worker_.get()});
    clients_ = std::make_unique<Clients>(std::make_unique<io::SimPort>(network_));
  }

  /// Lets `duration` of virtual time pass.
  void pass(Duration duration) {
    const Time end = network_.now() + duration;
    do {
      worker_->turn(Duration::zero());
      clients_->port->turn(*clients_, Duration::zero());
    } while (network_.now() < end && network_.advance(end));
  }

  Clients::Client& connected_client() {
    Clients::Client& client = clients_->connect(address_);
    pass(50ms);
    EXPECT_TRUE(client.connected);
    return client;
  }
  CloseReason only_reason() {
    EXPECT_EQ(service_->closed.size(), 1u);
    return service_->closed.empty() ? CloseReason::none : service_->closed.begin()->second;
  }

  io::SimNetwork network_;
  std::optional<Admission> admission_;
  std::unique_ptr<TestService> service_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Clients> clients_;
  io::Address address_;
};

TEST_F(WorkerTest, TakesFramesThatComeInPiecesAndSeveralAtOnce) {
  network_.settings.byte_by_byte = true;
  start();
  Clients::Client& client = connected_client();
  const std::string all = frame(1, "one") + frame(1, "") + frame(1, std::string(900, 'z'));
  clients_->send(client, all);
  pass(10s);
  EXPECT_EQ(client.received, all);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"one", "", std::string(900, 'z')}));
}

TEST_F(WorkerTest, TakesAndForwardsLargeFramesAmongSmallOnes) {
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

TEST_F(WorkerTest, ClosesOnAFrameSizeThatCannotBeAndSaysWhy) {
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

TEST_F(WorkerTest, ShowsAFrameAgainWhenThereWasNoRoomAndReadsNothingMoreUntilThen) {
  start();
  Clients::Client& client = connected_client();
  service_->room = false;
  clients_->send(client, frame(1, "a") + frame(2, "b") + frame(1, "c"));
  pass(1s);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"a"}));
  service_->room = true;
  pass(1s);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"a", "b", "c"}));
  clients_->send(client, frame(1, "d"));
  pass(1s);
  EXPECT_EQ(client.received, frame(1, "a") + frame(2, "b") + frame(1, "c") + frame(1, "d"));
}

TEST_F(WorkerTest, AClientThatIsStalledCanStillBeSentAway) {
  start();
  Clients::Client& client = connected_client();
  service_->room = false;
  clients_->send(client, frame(2, "b"));
  pass(1s);
  worker_->stop();
  pass(10s);
  EXPECT_TRUE(worker_->finished());
  EXPECT_EQ(client.received, frame(99, "server_stopping"));
}

TEST_F(WorkerTest, AClientThatIsSentAwayByTheFrameThatHadToWaitIsGoneWhenItHasLeft) {
  start();
  Clients::Client& client = connected_client();
  service_->room = false;
  clients_->send(client, frame(TestService::not_now, "b") + frame(TestService::forbidden, ""));
  pass(1s);
  service_->room = true;
  pass(500ms);
  EXPECT_EQ(client.received, frame(TestService::not_now, "b") + frame(99, "flooding"));
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(worker_->counters().sessions_open.get(), 0u) << "it holds its place, though it left long ago";
}

TEST_F(WorkerTest, ClosesWhoDoesNotLogInInTimeEvenIfItTricklesBytes) {
  start();
  service_->establish = false;
  Clients::Client& client = connected_client();
  for (int i = 0; i < 10 && !client.ended; ++i) {
    clients_->send(client, frame(1, "").substr(static_cast<std::size_t>(i % 4), 1));
    pass(600ms);
  }
  EXPECT_EQ(only_reason(), CloseReason::login_timeout);
}

TEST_F(WorkerTest, ClosesWhoIsSilentForTooLongButNotWhoSpeaks) {
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

TEST_F(WorkerTest, DropsAReaderThatDoesNotReadAndKeepsTheOthers) {
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
  pass(5s);
  EXPECT_EQ(worker_->counters().sessions_open.get(), 1u);
  clients_->send(other, frame(1, "still here"));
  pass(1s);
  EXPECT_EQ(other.received, frame(1, "still here"));
}

TEST_F(WorkerTest, TellsWhoCannotComeInWhy) {
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

TEST_F(WorkerTest, LetsNoMoreHandshakesInThanASecondMayHave) {
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

TEST_F(WorkerTest, ThoseWhoAreRefusedDoNotUseUpTheHandshakesOfOthers) {
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

TEST_F(WorkerTest, ShortensTheQueuesOfSlowReadersWhenAllTogetherHoldTooMuch) {
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

TEST_F(WorkerTest, StopsInOrderWithAGoodbyeForAllWhatTheyWereStillToGetFirst) {
  start();
  for (int i = 0; i < 10; ++i) connected_client();
  for (auto& client : clients_->clients) clients_->send(client, frame(1, "last words"));
  pass(10ms);
  worker_->stop();
  pass(4s);
  EXPECT_TRUE(worker_->finished());
  for (const auto& client : clients_->clients)
    EXPECT_EQ(client.received, frame(1, "last words") + frame(99, "server_stopping"));
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerTest, StopsWithinItsDeadlineThoughAClientNeverReadsItsGoodbye) {
  start();
  Clients::Client& lazy = connected_client();
  clients_->port->pause(lazy.socket);
  pass(10ms);
  worker_->stop();
  pass(6s);
  EXPECT_TRUE(worker_->finished());
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

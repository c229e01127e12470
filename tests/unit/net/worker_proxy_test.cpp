// Connections of a trusted proxy that begin with a PROXY header. The header comes in pieces, is bad, absent,
// late or cut off. Each client is counted by its address, and is not counted after its end.
#include <string>
#include <utility>

#include "unit/net/worker_fixture.h"

namespace madang::net {
namespace {

const std::string local_v2("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);

std::string header_of(int last, int port = 1234) {
  return "PROXY TCP4 192.0.2." + std::to_string(last) + " 198.51.100.1 " + std::to_string(port) + " 7777\r\n";
}

class WorkerProxyTest : public WorkerTest {
 protected:
  /// The side of the clients is the trusted proxy, at 10.0.0.9.
  void start(const Limits& limits = {}) {
    WorkerTest::start(limits, {}, ProxyWord::proxy_protocol);
    worker_->set_trusted_proxies(*io::parse_address_ranges("10.0.0.9"));
    from(io::Address::v4(10, 0, 0, 9, 0));
  }
  /// Later connections come from this address. The earlier ones are closed.
  void from(const io::Address& host) {
    clients_ = std::make_unique<Clients>(std::make_unique<io::SimPort>(network_, io::PortOptions{}, host));
  }
  Clients::Client& announced(const std::string& bytes) {
    Clients::Client& client = connected_client();
    if (!bytes.empty()) clients_->send(client, bytes);
    pass(100ms);
    return client;
  }
  void end_all() {
    for (Clients::Client& client : clients_->clients)
      if (!std::exchange(client.ended, true)) clients_->port->close(client.socket, io::CloseMode::reset);
    pass(5s);
    expect_nobody();
  }
  void expect_nobody() {
    EXPECT_EQ(admission_->sessions(), 0u);
    EXPECT_EQ(worker_->load(), 0u);
    EXPECT_EQ(worker_->counters().sessions_open.get(), 0u);
    EXPECT_EQ(worker_->counters().queued_bytes.get(), 0u);
  }
  std::uint64_t closed_for(CloseReason reason) { return worker_->counters().closed_for(reason).get(); }
};

TEST_F(WorkerProxyTest, AHeaderMayComeInPiecesAndTheBytesOfTheClientFollow) {
  start();
  const std::string stream = header_of(1) + frame(1, "one") + frame(1, "two");
  for (std::size_t cut = 1; cut < stream.size(); cut += 7) {
    Clients::Client& client = announced(stream.substr(0, cut));
    EXPECT_EQ(service_->opened.size(), cut < header_of(1).size() ? 0u : 1u) << "nobody knows of it before";
    clients_->send(client, stream.substr(cut));
    pass(100ms);
    EXPECT_EQ(service_->frames, (std::vector<std::string>{"one", "two"})) << cut;
    EXPECT_EQ(client.received, frame(1, "one") + frame(1, "two")) << cut;
    end_all();
    service_->frames.clear();
    service_->opened.clear();
  }
}

TEST_F(WorkerProxyTest, AHeaderMayComeByteByByteThenALoginInItsTime) {
  start();
  service_->establish = false;
  Clients::Client& client = connected_client();
  for (const char c : header_of(1)) {
    clients_->send(client, std::string(1, c));
    pass(10ms);
  }
  ASSERT_EQ(service_->opened.size(), 1u);
  Session* session = worker_->find(service_->opened.front());
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->peer(), io::Address::v4(192, 0, 2, 1, 1234));
  worker_->establish(*session);
  clients_->send(client, frame(1, "hello"));
  pass(8s);
  EXPECT_EQ(client.received, frame(1, "hello"));
  EXPECT_FALSE(client.ended) << "the deadline of the login is behind it";
  end_all();
}

TEST_F(WorkerProxyTest, ALargeFrameMayBeginInTheBytesOfTheHeader) {
  Limits limits;
  limits.frame_bytes_max = wire::frame_size_max;
  start(limits);
  const std::string large = frame(1, std::string(60'000, 'x'));
  Clients::Client& client = announced(header_of(1) + large.substr(0, 100));
  clients_->send(client, large.substr(100) + frame(1, "y"));
  pass(2s);
  EXPECT_EQ(client.received, large + frame(1, "y"));
  end_all();
}

TEST_F(WorkerProxyTest, ABadHeaderOrNoneEndsTheConnectionUnanswered) {
  start();
  std::uint64_t refused = 0;
  for (const std::string& bytes :
       {std::string("PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n"), std::string("PROXY UDP4 1 2\r\n"),
        "PROXY " + std::string(200, 'x'), frame(1, "hello"), std::string("GET / HTTP/1.1\r\n\r\n"),
        std::string("\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0", 16),
        std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff", 16)}) {
    Clients::Client& client = announced(bytes);
    pass(1s);
    EXPECT_TRUE(client.ended) << bytes;
    EXPECT_EQ(client.received, "") << bytes;
    EXPECT_EQ(closed_for(CloseReason::bad_packet), ++refused) << bytes;
    expect_nobody();
  }
  EXPECT_TRUE(service_->opened.empty());
}

TEST_F(WorkerProxyTest, AHeaderThatDoesNotEndHasTheDeadlineOfALogin) {
  start();
  Clients::Client& silent = connected_client();
  Clients::Client& trickles = connected_client();
  for (int i = 0; i < 10 && !trickles.ended; ++i) {
    clients_->send(trickles, header_of(1).substr(static_cast<std::size_t>(i), 1));
    pass(600ms);
  }
  pass(5s);
  EXPECT_TRUE(silent.ended);
  EXPECT_TRUE(trickles.ended);
  EXPECT_TRUE(service_->opened.empty());
  EXPECT_TRUE(service_->closed.empty());
  EXPECT_EQ(closed_for(CloseReason::login_timeout), 2u);
  expect_nobody();
}

TEST_F(WorkerProxyTest, AResetOrAnEndWithinAHeaderLeavesNothingBehind) {
  start();
  for (std::size_t size = 0; size < header_of(1).size(); size += 5)
    for (const io::CloseMode mode : {io::CloseMode::reset, io::CloseMode::orderly}) {
      Clients::Client& client = announced(header_of(1).substr(0, size));
      EXPECT_EQ(admission_->sessions(), 1u);
      EXPECT_EQ(worker_->load(), 1u);
      clients_->port->close(client.socket, mode);
      client.ended = true;
      pass(5s);
      expect_nobody();
    }
  EXPECT_TRUE(service_->opened.empty());
  EXPECT_TRUE(service_->closed.empty());
}

TEST_F(WorkerProxyTest, EachClientIsCountedByItsOwnAddress) {
  Limits limits;
  limits.sessions_per_address_max = 2;
  start(limits);
  for (int host = 1; host <= 3; ++host) {
    for (int i = 0; i < 2; ++i) {
      Clients::Client& client = announced(header_of(host, 1000 + i) + frame(1, "hello"));
      EXPECT_EQ(client.received, frame(1, "hello")) << host;
    }
    for (int i = 0; i < 20; ++i) {
      Clients::Client& refused = announced(header_of(host, 2000 + i) + frame(1, "hello"));
      pass(200ms);
      EXPECT_EQ(refused.received, frame(99, "too_many_from_address")) << host;
      EXPECT_TRUE(refused.ended);
    }
  }
  EXPECT_EQ(closed_for(CloseReason::too_many_from_address), 60u);
  EXPECT_EQ(service_->opened.size(), 6u);
  EXPECT_EQ(admission_->sessions(), 6u);
  EXPECT_EQ(worker_->load(), 6u);
  // A place is free again.
  Clients::Client& first = clients_->clients.front();
  clients_->port->close(first.socket, io::CloseMode::reset);
  first.ended = true;
  pass(1s);
  EXPECT_EQ(announced(header_of(1) + frame(1, "again")).received, frame(1, "again"));
  end_all();
}

TEST_F(WorkerProxyTest, AProxysOwnConnectionIsCountedForTheProxy) {
  Limits limits;
  limits.sessions_per_address_max = 1;
  start(limits);
  announced(local_v2);
  ASSERT_EQ(service_->opened.size(), 1u);
  EXPECT_EQ(worker_->find(service_->opened.front())->peer().ip, io::Address::v4(10, 0, 0, 9, 0).ip);
  EXPECT_EQ(announced(local_v2).received, frame(99, "too_many_from_address"));
  end_all();
}

TEST_F(WorkerProxyTest, AHeaderOfAnUntrustedPeerIsNotParsed) {
  start();
  from(io::Address::v4(10, 0, 0, 8, 0));
  Clients::Client& stranger = announced(header_of(1));
  pass(1s);
  EXPECT_EQ(only_reason(), CloseReason::bad_frame_size);
  EXPECT_EQ(stranger.received, frame(99, "bad_frame_size"));
  pass(5s);
  expect_nobody();
}

TEST_F(WorkerProxyTest, AServerThatStopsDoesNotWaitForAHeader) {
  start();
  Clients::Client& client = announced("PROXY ");
  worker_->stop();
  pass(3s);
  EXPECT_TRUE(client.ended);
  EXPECT_TRUE(worker_->is_finished());
  expect_nobody();
}

}  // namespace
}  // namespace madang::net

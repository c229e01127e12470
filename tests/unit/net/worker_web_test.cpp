// What a connection to the HTTP port goes through: its request, the response or the WebSocket, its session.
#include <algorithm>

#include "unit/net/worker_fixture.h"
#include "unit/wire/websocket_peer.h"

namespace madang::net {
namespace {

using wire::binary;
using wire::close_frame;

const std::string handshake =
    "GET /socket HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

std::string request_of(std::string_view path, std::string_view method = "GET") {
  return std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: here\r\n\r\n";
}

/// Knows a page that is large, one that takes its time, and the socket.
class TestSite final : public HttpService {
 public:
  HttpVerdict on_request(HttpExchange& exchange) override {
    const std::string_view path = exchange.request.path();
    if (path == "/socket") return HttpVerdict::upgrade();
    if (path == "/later" && !is_ready) {
      ++asked;
      return HttpVerdict::later();
    }
    wire::HttpResponse response = wire::plain_response(wire::HttpStatus::ok, "a page");
    if (path == "/large") {
      response.own_body.clear();
      response.body = large;
    }
    return HttpVerdict::respond(std::move(response));
  }

  const std::string large = wire::text_of(1'000'000);
  bool is_ready = false;
  int asked = 0;
};

class WorkerWebTest : public WorkerTest {
 protected:
  void start(const Limits& limits = {}) {
    WorkerTest::start(limits);
    http_address_ = *worker_->listen_http(io::Address::loopback(0), {worker_.get()}, site_);
  }
  /// A client of the HTTP port that has said this.
  Clients::Client& web_client(std::string_view says) {
    Clients::Client& client = clients_->connect(http_address_);
    pass(50ms);
    EXPECT_TRUE(client.connected);
    if (!says.empty()) say(client, says);
    return client;
  }
  void say(Clients::Client& client, std::string_view bytes) {
    clients_->send(client, bytes);
    pass(100ms);
  }
  static std::string status_of(const Clients::Client& client) { return client.received.substr(9, 3); }
  static std::string body_of(const Clients::Client& client) {
    const std::size_t end = client.received.find("\r\n\r\n");
    return end == std::string::npos ? "no end of the head" : client.received.substr(end + 4);
  }
  /// What a WebSocket's peer has got behind the handshake, as frames: (first byte, payload).
  static std::vector<std::pair<std::uint8_t, std::string>> messages_of(const Clients::Client& client) {
    std::vector<std::pair<std::uint8_t, std::string>> found;
    const std::string bytes = body_of(client);
    for (std::size_t at = 0; at + 2 <= bytes.size();) {
      const auto number = [&](std::size_t from, std::size_t size) {
        std::size_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
          value = value << 8 | static_cast<std::uint8_t>(bytes.at(from + i));
        return value;
      };
      const std::size_t short_length = number(at + 1, 1);
      const std::size_t extended = short_length < 126 ? 0 : short_length == 126 ? 2 : 8;
      const std::size_t length = extended ? number(at + 2, extended) : short_length;
      found.emplace_back(bytes[at], bytes.substr(at + 2 + extended, length));
      at += 2 + extended + length;
    }
    return found;
  }
  static std::string carried_by(const Clients::Client& client) {
    std::string all;
    for (const auto& [first, payload] : messages_of(client))
      if (first == 0x82) all += payload;
    return all;
  }
  static std::uint16_t close_code_of(const Clients::Client& client) {
    const auto messages = messages_of(client);
    if (messages.empty() || messages.back().first != 0x88) return 0;
    const std::string& payload = messages.back().second;
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload.at(0)) << 8 |
                                      static_cast<std::uint8_t>(payload.at(1)));
  }

  TestSite site_;
  io::Address http_address_;
};

TEST_F(WorkerWebTest, AnswersARequestAndEndsTheConnection) {
  network_.settings.byte_by_byte = true;
  start();
  Clients::Client& client = web_client(request_of("/"));
  pass(5s);
  EXPECT_EQ(status_of(client), "200");
  EXPECT_EQ(body_of(client), "a page\n");
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(worker_->counters().http_responses[1].get(), 1u);
  EXPECT_EQ(worker_->counters().sessions_opened.get(), 0u) << "it has never been a session";
  EXPECT_TRUE(service_->opened.empty());
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, SendsALargePageInPiecesAndAllOfIt) {
  start();
  Clients::Client& client = web_client(request_of("/large"));
  pass(5s);
  EXPECT_TRUE(body_of(client) == site_.large);
}

TEST_F(WorkerWebTest, AReaderWhoTakesALargePageSlowlyHasAPieceOfItNotACopy) {
  start();
  Clients::Client& client = web_client("");
  clients_->port->pause(client.socket);
  say(client, request_of("/large"));
  pass(1s);
  EXPECT_LE(worker_->counters().queued_bytes.get(), 65'536u + 1'024u);
  pass(31s);
  EXPECT_EQ(admission_->sessions(), 0u) << "and not for ever";
}

TEST_F(WorkerWebTest, AHeadRequestGetsTheHeadAlone) {
  start();
  Clients::Client& client = web_client(request_of("/large", "HEAD"));
  EXPECT_EQ(status_of(client), "200");
  EXPECT_NE(client.received.find("Content-Length: 1000000\r\n"), std::string::npos);
  EXPECT_EQ(body_of(client), "");
}

TEST_F(WorkerWebTest, AnAnswerThatIsNotThereYetIsAskedForAgain) {
  start();
  Clients::Client& client = web_client(request_of("/later"));
  pass(1s);
  EXPECT_GT(site_.asked, 2);
  EXPECT_EQ(client.received, "");
  site_.is_ready = true;
  pass(1s);
  EXPECT_EQ(status_of(client), "200");
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, AnAnswerThatNeverComesIsGivenUp) {
  start();
  Clients::Client& client = web_client(request_of("/later"));
  pass(6s);
  EXPECT_EQ(status_of(client), "503");
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, ARequestHasADeadlineFromTheConnectionOnHoweverBusyItIs) {
  start();
  Clients::Client& silent = web_client("");
  Clients::Client& slow = web_client("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 100; ++i) {
    if (slow.ended) break;
    say(slow, "X-More: 1\r\n");
  }
  EXPECT_EQ(status_of(silent), "408");
  EXPECT_EQ(status_of(slow), "408");
  pass(1s);
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, WhoEndsInTheMiddleOfARequestIsToldSo) {
  start();
  Clients::Client& client = web_client("GET / HT");
  clients_->port->shutdown_send(client.socket);
  pass(1s);
  EXPECT_EQ(status_of(client), "400");
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, WhoEndsItsSideBehindARequestStillGetsItsAnswer) {
  start();
  Clients::Client& client = web_client(request_of("/later"));
  clients_->port->shutdown_send(client.socket);
  pass(1s);
  site_.is_ready = true;
  pass(1s);
  EXPECT_EQ(status_of(client), "200");
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, ABadRequestIsRefusedWithItsStatus) {
  Limits limits;
  limits.http_head_bytes_max = 300;
  limits.http_target_bytes_max = 100;
  start(limits);
  EXPECT_EQ(status_of(web_client("GET / HTTP/1.1\r\n\r\n")), "400");
  EXPECT_EQ(status_of(web_client(request_of("/" + std::string(200, 'x')))), "414");
  EXPECT_EQ(status_of(web_client("GET / HTTP/1.1\r\nHost: here\r\nX: " + std::string(400, 'x'))), "431");
  EXPECT_EQ(worker_->counters().http_responses[3].get(), 3u);
}

TEST_F(WorkerWebTest, AWebSocketIsASessionLikeAnyOther) {
  network_.settings.byte_by_byte = true;
  start();
  Clients::Client& client = web_client(handshake);
  pass(5s);
  EXPECT_EQ(status_of(client), "101");
  ASSERT_EQ(service_->opened.size(), 1u);
  // Two frames in one message, one in two messages, with a ping in between, and one over fragments.
  say(client, binary(frame(1, "one") + frame(1, "two") + "\x09"));
  say(client, wire::ping("?"));
  say(client, binary(std::string("\0\1\0three", 8)));
  say(client,
      wire::frame(0x02, frame(1, "four").substr(0, 3)) + wire::frame(0x80, frame(1, "four").substr(3)));
  pass(5s);
  EXPECT_EQ(service_->frames, (std::vector<std::string>{"one", "two", "three", "four"}));
  EXPECT_EQ(carried_by(client), frame(1, "one") + frame(1, "two") + frame(1, "three") + frame(1, "four"));
  const auto messages = messages_of(client);
  EXPECT_TRUE(std::ranges::find(messages, std::pair<std::uint8_t, std::string>(0x8a, "?")) != messages.end());
}

TEST_F(WorkerWebTest, WhatComesRightBehindTheHandshakeIsNotLost) {
  start();
  Clients::Client& client = web_client(handshake + binary(frame(1, "early")));
  EXPECT_EQ(carried_by(client), frame(1, "early"));
}

TEST_F(WorkerWebTest, ATurnsFramesLeaveAsOneMessageAlsoWhenTheyAreLarge) {
  start();
  Clients::Client& client = web_client(handshake);
  say(client, binary(frame(TestService::give_much, "") + frame(1, "x") + frame(1, "y")));
  const auto messages = messages_of(client);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages.front().second, std::string(65'536, 'x') + frame(1, "x") + frame(1, "y"));
}

TEST_F(WorkerWebTest, WhoSaysGoodbyeIsAnsweredAndHasLeft) {
  start();
  Clients::Client& client = web_client(handshake);
  say(client, binary(frame(1, "last")) + close_frame(1000, "enough"));
  EXPECT_EQ(carried_by(client), frame(1, "last") + frame(99, "client_left"));
  EXPECT_EQ(close_code_of(client), 1000);
  EXPECT_EQ(only_reason(), CloseReason::client_left);
  pass(1s);
  EXPECT_EQ(admission_->sessions(), 0u);
  EXPECT_EQ(worker_->counters().sessions_open.get(), 0u);
}

TEST_F(WorkerWebTest, AFrameThatHasToWaitIsTakenBeforeTheGoodbyeBehindIt) {
  start();
  service_->room = false;
  Clients::Client& client = web_client(handshake);
  say(client, binary(frame(TestService::not_now, "waits")) + close_frame(1000));
  pass(1s);
  EXPECT_TRUE(service_->closed.empty());
  service_->room = true;
  pass(1s);
  EXPECT_EQ(service_->frames, std::vector<std::string>{"waits"});
  EXPECT_EQ(only_reason(), CloseReason::client_left);
}

TEST_F(WorkerWebTest, WhoBreaksTheProtocolIsToldHow) {
  const std::vector<std::pair<std::string, std::uint16_t>> cases = {
      {std::string("\xff\xff garbage and more of it"), 1002},
      {wire::frame(0x81, "text"), 1003},
      {wire::PeerFrame{.payload = "unmasked", .masked = false, .length = {}}.bytes(), 1002},
      {wire::PeerFrame{.payload = "", .length = 1u << 30}.bytes(), 1009},
  };
  for (const auto& [bytes, code] : cases) {
    start();
    Clients::Client& client = web_client(handshake);
    say(client, bytes);
    EXPECT_EQ(close_code_of(client), code);
    EXPECT_EQ(carried_by(client), frame(99, "bad_websocket"));
    EXPECT_EQ(only_reason(), CloseReason::bad_websocket);
    EXPECT_EQ(worker_->counters().queued_bytes.get(), 0u);
  }
}

TEST_F(WorkerWebTest, EveryReasonHasACloseCode) {
  start();
  Clients::Client& client = web_client(handshake);
  say(client, binary(frame(TestService::forbidden, "")));
  EXPECT_EQ(close_code_of(client), 1008);
  EXPECT_EQ(carried_by(client), frame(99, "flooding"));
  Clients::Client& other = web_client(handshake);
  worker_->stop();
  pass(1s);
  EXPECT_EQ(close_code_of(other), 1001);
  EXPECT_EQ(carried_by(other), frame(99, "server_stopping"));
}

TEST_F(WorkerWebTest, HalfAnUpgradeThenSilenceIsOverAtTheDeadline) {
  start();
  Clients::Client& half = web_client(handshake.substr(0, handshake.size() - 1));
  service_->establish = false;
  Clients::Client& silent = web_client(handshake);
  pass(6s);
  EXPECT_EQ(status_of(half), "408");
  EXPECT_EQ(carried_by(silent), frame(99, "login_timeout"));
}

TEST_F(WorkerWebTest, ASilentBrowserIsAskedWhetherItLivesAndStaysWhenItAnswers) {
  start();
  Clients::Client& lives = web_client(handshake);
  Clients::Client& dead = web_client(handshake);
  const auto asked = [&] {
    return std::ranges::count(messages_of(lives), std::uint8_t{0x89}, [](const auto& m) { return m.first; });
  };
  // It says nothing by itself: an answer for each question, and none before.
  std::ptrdiff_t answered = 0;
  for (int i = 0; i < 160; ++i) {
    pass(1s);
    for (; answered < asked(); ++answered) say(lives, wire::pong(""));
  }
  EXPECT_GE(answered, 4) << "half of the idle timeout after each answer";
  EXPECT_FALSE(lives.ended);
  EXPECT_EQ(carried_by(dead), frame(99, "idle_timeout"));
  EXPECT_EQ(messages_of(dead).front().first, 0x89);
  EXPECT_EQ(std::ranges::count(messages_of(dead), std::uint8_t{0x89}, [](const auto& m) { return m.first; }),
            1)
      << "asked once";
}

TEST_F(WorkerWebTest, AFloodOfPingsWhosePongsNobodyReadsEnds) {
  Limits limits;
  limits.send_queue_bytes_max = 8'192;
  limits.websocket_frame_budget.burst = 1'000'000;
  start(limits);
  Clients::Client& client = web_client(handshake);
  clients_->port->pause(client.socket);
  std::string pings;
  for (int i = 0; i < 500; ++i) pings += wire::ping(std::string(125, 'p'));
  for (int i = 0; i < 200 && service_->closed.empty(); ++i) say(client, pings);
  EXPECT_EQ(only_reason(), CloseReason::slow_reader);
}

TEST_F(WorkerWebTest, FramesWithoutDataAreBudgetedAsPacketsAre) {
  for (const std::string& one : {wire::ping(""), wire::pong(""), binary(""), wire::frame(0x00, "")}) {
    start();
    Clients::Client& calm = web_client(handshake);
    Clients::Client& flood = web_client(handshake);
    if (one == wire::frame(0x00, "")) say(flood, wire::frame(0x02, ""));  // what follows goes on with it
    for (int i = 0; i < 100 && !calm.ended; ++i) say(calm, wire::ping(""));
    EXPECT_TRUE(service_->closed.empty()) << "ten in a second are nothing";
    std::string many;
    for (int i = 0; i < 100; ++i) many += one;
    say(flood, many);
    EXPECT_EQ(only_reason(), CloseReason::flooding);
    EXPECT_EQ(carried_by(flood), frame(99, "flooding"));
  }
}

TEST_F(WorkerWebTest, ARequestThatWaitsForItsAnswerHoldsNoSessionBack) {
  start();
  Clients::Client& player = connected_client();
  web_client(request_of("/later"));
  clients_->send(player, frame(1, "goes on"));
  pass(50ms);
  EXPECT_EQ(player.received, frame(1, "goes on"));
  site_.is_ready = true;
  pass(1s);
}

TEST_F(WorkerWebTest, PagesTakeNoneOfThePlacesOfSessionsNorSessionsOfPages) {
  Limits limits;
  limits.sessions_max = 2;
  limits.http_connections_max = 3;
  start(limits);
  for (int i = 0; i < 5; ++i) web_client("");
  EXPECT_EQ(worker_->counters().http_refused.get(), 2u);
  EXPECT_EQ(admission_->at(Door::pages).size(), 3u);
  EXPECT_EQ(admission_->sessions(), 0u);
  connected_client();
  connected_client();
  EXPECT_EQ(service_->opened.size(), 2u) << "players have places of their own";
  pass(10s);
  EXPECT_EQ(admission_->at(Door::pages).size(), 0u);
  EXPECT_EQ(body_of(web_client(request_of("/"))), "a page\n");
}

TEST_F(WorkerWebTest, AWebSocketLeavesThePlacesOfPagesForThoseOfSessions) {
  start();
  Clients::Client& client = web_client(handshake);
  EXPECT_EQ(admission_->at(Door::pages).size(), 0u);
  EXPECT_EQ(admission_->sessions(), 1u);
  clients_->port->close(client.socket, io::CloseMode::reset);
  pass(1s);
  EXPECT_EQ(admission_->sessions(), 0u);
  EXPECT_EQ(worker_->load(), 0u);
}

TEST_F(WorkerWebTest, AFloodOfPageRequestsDoesNotUseUpTheHandshakesOfPlayers) {
  Limits limits;
  limits.http_connections_per_second_max = 10;
  start(limits);
  for (int i = 0; i < 100; ++i) clients_->connect(http_address_);
  Clients::Client& player = clients_->connect(address_);
  pass(50ms);
  EXPECT_TRUE(player.connected);
  EXPECT_EQ(service_->opened.size(), 1u);
  EXPECT_LE(admission_->at(Door::pages).size(), 2u);
  pass(30s);
  EXPECT_EQ(worker_->counters().http_responses[3].get(), 100u) << "each had its turn, and its 408";
}

TEST_F(WorkerWebTest, AFullServerStillShowsItsPagesAndTellsABrowserWhyItMayNotPlay) {
  Limits limits;
  limits.sessions_max = 1;
  start(limits);
  connected_client();
  EXPECT_EQ(body_of(web_client(request_of("/"))), "a page\n");
  EXPECT_EQ(worker_->counters().closed_for(CloseReason::server_full).get(), 0u);
  Clients::Client& client = web_client(handshake);
  EXPECT_EQ(status_of(client), "101");
  EXPECT_EQ(carried_by(client), frame(99, "server_full"));
  EXPECT_EQ(close_code_of(client), 1013);
  EXPECT_EQ(worker_->counters().closed_for(CloseReason::server_full).get(), 1u);
  EXPECT_EQ(service_->opened.size(), 1u);
  pass(5s);
  EXPECT_EQ(admission_->sessions(), 1u);
}

TEST_F(WorkerWebTest, StopsInOrderWithRequestsAtEveryStage) {
  start();
  Clients::Client& half = web_client("GET /");
  Clients::Client& waits = web_client(request_of("/later"));
  Clients::Client& plays = web_client(handshake);
  worker_->stop();
  pass(4s);
  EXPECT_TRUE(worker_->finished());
  EXPECT_EQ(status_of(half), "503");
  EXPECT_EQ(status_of(waits), "503");
  EXPECT_EQ(close_code_of(plays), 1001);
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, AConnectionThatIsResetAtAnyStageLeavesNothing) {
  start();
  for (const std::string& says : {std::string(), std::string("GET /"), request_of("/later"), handshake}) {
    Clients::Client& client = web_client(says);
    clients_->port->close(client.socket, io::CloseMode::reset);
    pass(7s);
    EXPECT_EQ(admission_->sessions(), 0u) << says;
  }
  EXPECT_EQ(only_reason(), CloseReason::connection_lost);
}

TEST_F(WorkerWebTest, RunsWhatOtherThreadsAskItToDo) {
  start();
  int done = 0;
  EXPECT_TRUE(worker_->call([&] { ++done; }));
  EXPECT_EQ(done, 0);
  pass(10ms);
  EXPECT_EQ(done, 1);
  int taken = 0;
  while (worker_->call([] {})) ++taken;
  EXPECT_EQ(taken, 64) << "and no more, while it does not";
}

}  // namespace
}  // namespace madang::net

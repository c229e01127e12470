// A session over a WebSocket, from the request to its end.
#include "unit/net/web_fixture.h"

namespace madang::net {
namespace {

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

TEST_F(WorkerWebTest, BytesRightAfterTheHandshakeAreNotLost) {
  start();
  Clients::Client& client = web_client(handshake + binary(frame(1, "early")));
  EXPECT_EQ(carried_by(client), frame(1, "early"));
}

TEST_F(WorkerWebTest, TheFramesOfATurnAreOneMessageAlsoWhenTheyAreLarge) {
  start();
  Clients::Client& client = web_client(handshake);
  say(client, binary(frame(TestService::give_much, "") + frame(1, "x") + frame(1, "y")));
  const auto messages = messages_of(client);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages.front().second, std::string(65'536, 'x') + frame(1, "x") + frame(1, "y"));
}

TEST_F(WorkerWebTest, ACloseFrameIsAnsweredAndCountsAsLeft) {
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

TEST_F(WorkerWebTest, ARetriedFrameIsHandledBeforeTheCloseFrameBehindIt) {
  start();
  service_->has_capacity = false;
  Clients::Client& client = web_client(handshake);
  say(client, binary(frame(TestService::not_now, "waits")) + close_frame(1000));
  pass(1s);
  EXPECT_TRUE(service_->closed.empty());
  service_->has_capacity = true;
  pass(1s);
  EXPECT_EQ(service_->frames, std::vector<std::string>{"waits"});
  EXPECT_EQ(only_reason(), CloseReason::client_left);
}

TEST_F(WorkerWebTest, AClientThatBreaksTheProtocolGetsTheReason) {
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

TEST_F(WorkerWebTest, ASilentBrowserGetsAPingAndStaysWhenItAnswers) {
  start();
  Clients::Client& lives = web_client(handshake);
  Clients::Client& dead = web_client(handshake);
  const auto asked = [&] {
    return std::ranges::count(messages_of(lives), std::uint8_t{0x89}, [](const auto& m) { return m.first; });
  };
  // The browser sends nothing by itself: a pong for each ping, and none before.
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

TEST_F(WorkerWebTest, AFloodOfPingsWithoutAReaderOfThePongsEndsTheSession) {
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

TEST_F(WorkerWebTest, FramesWithoutDataHaveABudget) {
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

TEST_F(WorkerWebTest, AWebSocketGivesBackItsPlaceOfPagesAndGetsOneOfSessions) {
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

TEST_F(WorkerWebTest, AFullServerStillSendsPagesAndTheReasonWhyABrowserCannotPlay) {
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

TEST_F(WorkerWebTest, StopsRegularlyWithRequestsAtEveryStage) {
  start();
  Clients::Client& half = web_client("GET /");
  Clients::Client& waits = web_client(request_of("/later"));
  Clients::Client& plays = web_client(handshake);
  worker_->stop();
  pass(4s);
  EXPECT_TRUE(worker_->is_finished());
  EXPECT_EQ(status_of(half), "503");
  EXPECT_EQ(status_of(waits), "503");
  EXPECT_EQ(close_code_of(plays), 1001);
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(WorkerWebTest, AConnectionThatIsResetAtAnyStageLeavesNothingBehind) {
  start();
  for (const std::string& says : {std::string(), std::string("GET /"), request_of("/later"), handshake}) {
    Clients::Client& client = web_client(says);
    clients_->port->close(client.socket, io::CloseMode::reset);
    pass(7s);
    EXPECT_EQ(admission_->sessions(), 0u) << says;
  }
  EXPECT_EQ(only_reason(), CloseReason::connection_lost);
}

TEST_F(WorkerWebTest, RunsTheCallsOfOtherThreads) {
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

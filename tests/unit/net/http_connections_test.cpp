// A connection of a browser: its requests, their answers, its end.
#include "unit/net/web_fixture.h"

namespace madang::net {
namespace {

using HttpConnectionsTest = WorkerWebTest;

TEST_F(HttpConnectionsTest, AnswersARequestAndEndsAConnectionWithConnectionClose) {
  network_.settings.is_byte_by_byte = true;
  start();
  Clients::Client& client = web_client(request_of("/", "GET", connection_close));
  pass(5s);
  EXPECT_EQ(status_of(client), "200");
  EXPECT_NE(client.received.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(body_of(client), "a page\n");
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(worker_->counters().http_responses[1].get(), 1u);
  EXPECT_EQ(worker_->counters().sessions_opened.get(), 0u) << "it has never been a session";
  EXPECT_TRUE(service_->opened.empty());
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(HttpConnectionsTest, SendsALargePageInPiecesAndAllOfIt) {
  start();
  Clients::Client& client = web_client(request_of("/large"));
  pass(5s);
  EXPECT_TRUE(body_of(client) == site_.large);
}

/// Returns how many responses with this status the client got.
std::size_t responses_of(const Clients::Client& client, std::string_view status = "200") {
  std::size_t count = 0;
  const std::string line = "HTTP/1.1 " + std::string(status);
  for (std::size_t at = client.received.find(line); at != std::string::npos;
       at = client.received.find(line, at + 1))
    ++count;
  return count;
}

TEST_F(HttpConnectionsTest, AConnectionGoesOnWithTheNextRequestUntilItIsIdle) {
  start();
  Clients::Client& client = web_client("");
  for (int i = 0; i < 5; ++i) {
    say(client, request_of(i % 2 ? "/large" : "/"));
    pass(4s);  // longer than a request may take, in all
  }
  EXPECT_EQ(responses_of(client), 5u);
  EXPECT_EQ(client.received.find("Connection: close"), std::string::npos);
  EXPECT_EQ(admission_->at(Door::pages).size(), 1u);
  pass(5s);
  EXPECT_FALSE(client.ended);
  pass(3s);
  EXPECT_TRUE(client.ended) << "ten seconds without a request";
  EXPECT_EQ(responses_of(client, "408"), 0u) << "nothing was asked, so nothing is answered";
  EXPECT_EQ(admission_->at(Door::pages).size(), 0u);
  EXPECT_EQ(worker_->load(), 0u);
}

TEST_F(HttpConnectionsTest, RequestsThatComeAtOnceAreAnsweredInTheirOrder) {
  start();
  std::string all;
  for (int i = 0; i < 20; ++i) all += request_of(i % 3 == 0 ? "/large" : "/", i % 4 == 1 ? "HEAD" : "GET");
  Clients::Client& client = web_client(all + request_of("/none", "GET", connection_close));
  pass(10s);
  EXPECT_EQ(responses_of(client), 21u);
  EXPECT_TRUE(client.ended);
  std::size_t expected = 0;  // what each carries, heads aside
  for (int i = 0; i < 20; ++i)
    if (i % 4 != 1) expected += i % 3 == 0 ? site_.large.size() : 7;
  std::size_t heads = 0;
  for (std::size_t at = 0; (at = client.received.find("HTTP/1.1 200", at)) != std::string::npos; ++at)
    heads += client.received.find("\r\n\r\n", at) + 4 - at;
  EXPECT_EQ(client.received.size() - heads, expected + 7);
}

TEST_F(HttpConnectionsTest, ARequestBehindAnotherMayBecomeAWebSocketWithWhatFollows) {
  start();
  Clients::Client& client = web_client(request_of("/") + handshake + binary(frame(1, "early")));
  pass(1s);
  EXPECT_EQ(service_->frames, std::vector<std::string>{"early"});
  EXPECT_EQ(admission_->at(Door::pages).size(), 0u);
  EXPECT_EQ(admission_->sessions(), 1u);
  EXPECT_EQ(worker_->load(), 1u);
  EXPECT_FALSE(client.ended);
}

TEST_F(HttpConnectionsTest, ALaterRequestHasADeadlineFromItsFirstByteOn) {
  start();
  Clients::Client& client = web_client(request_of("/"));
  pass(8s);
  say(client, "GET / HT");
  pass(4s);
  EXPECT_EQ(responses_of(client, "408"), 0u);
  pass(1s);
  EXPECT_EQ(responses_of(client, "408"), 1u);
  EXPECT_TRUE(client.ended);
}

TEST_F(HttpConnectionsTest, AClientThatShutsDownItsSideStillGetsAllAnswers) {
  start();
  Clients::Client& client = web_client("");
  clients_->send(client, request_of("/") + request_of("/") + request_of("/"));
  clients_->port->shutdown_send(client.socket);
  pass(2s);
  EXPECT_EQ(responses_of(client), 3u);
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(worker_->load(), 0u);
}

TEST_F(HttpConnectionsTest, AConnectionIsNotKeptWhenMostPlacesAreInUse) {
  Limits limits;
  limits.http_connections_max = 4;
  start(limits);
  for (int i = 0; i < 2; ++i) {
    Clients::Client& early = web_client(request_of("/"));
    EXPECT_FALSE(early.ended);
  }
  Clients::Client& late = web_client(request_of("/"));
  EXPECT_EQ(responses_of(late), 1u);
  EXPECT_NE(late.received.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(late.ended);
}

TEST_F(HttpConnectionsTest, RequestsOnOneConnectionHaveTheRateOfConnections) {
  Limits limits;
  limits.http_connections_per_second_max = 30;
  start(limits);
  std::string all;
  for (int i = 0; i < 100; ++i) all += request_of("/");
  Clients::Client& greedy = web_client(all);
  pass(1s);
  EXPECT_LE(responses_of(greedy), 5u) << "three in a sweep, and the one that says that it was the last";
  EXPECT_TRUE(greedy.ended);
}

TEST_F(HttpConnectionsTest, TheRateOfRequestsIsRenewedTenTimesASecond) {
  Limits limits;
  limits.http_connections_per_second_max = 30;
  start(limits);
  Clients::Client& calm = web_client("");
  for (int i = 0; i < 20; ++i) {
    say(calm, request_of("/"));
    pass(200ms);
  }
  EXPECT_EQ(responses_of(calm), 20u);
  EXPECT_FALSE(calm.ended);
}

TEST_F(HttpConnectionsTest, AnAnswerComesAfterTheContinueLine) {
  io::PortOptions options;
  options.unsent_bytes_max = 8;
  start({}, options);
  Clients::Client& client = web_client("");
  clients_->port->pause(client.socket);  // "100 Continue" does not get through
  say(client, request_of("/", "POST", "Content-Length: 4\r\nExpect: 100-continue\r\n"));
  say(client, "body");
  say(client, request_of("/"));
  clients_->port->resume(client.socket);
  pass(2s);
  EXPECT_TRUE(client.received.starts_with(std::string(wire::continue_line) + "HTTP/1.1 200"));
  EXPECT_EQ(responses_of(client), 2u);
}

TEST_F(HttpConnectionsTest, ARequestForAWebSocketThatWaitsForItsBodyIsRefused) {
  io::PortOptions options;
  options.unsent_bytes_max = 8;
  start({}, options);
  Clients::Client& client = web_client("");
  clients_->port->pause(client.socket);
  say(client,
      handshake.substr(0, handshake.size() - 2) + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  say(client, "body");
  clients_->port->resume(client.socket);
  pass(2s);
  EXPECT_TRUE(client.received.starts_with(std::string(wire::continue_line) + "HTTP/1.1 400"))
      << client.received;
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(HttpConnectionsTest, AStopEndsConnectionsThatWaitForTheirNextRequest) {
  start();
  Clients::Client& idle = web_client(request_of("/"));
  worker_->stop();
  pass(1s);
  EXPECT_TRUE(idle.ended);
  EXPECT_EQ(responses_of(idle), 1u);
  EXPECT_EQ(responses_of(idle, "503"), 0u);
  EXPECT_TRUE(worker_->is_finished());
}

TEST_F(HttpConnectionsTest, AStopDoesNotWaitForASlowReaderOfALargePage) {
  start();
  Clients::Client& client = web_client("");
  clients_->port->pause(client.socket);
  say(client, request_of("/large"));
  worker_->stop();
  pass(6s);
  EXPECT_TRUE(worker_->is_finished());
}

TEST_F(HttpConnectionsTest, ASlowReaderOfALargePageHoldsAPieceAndNotACopy) {
  start();
  Clients::Client& client = web_client("");
  clients_->port->pause(client.socket);
  say(client, request_of("/large"));
  pass(1s);
  EXPECT_LE(worker_->counters().queued_bytes.get(), 65'536u + 1'024u);
  pass(31s);
  EXPECT_EQ(admission_->sessions(), 0u) << "and not for ever";
}

TEST_F(HttpConnectionsTest, AHeadRequestGetsTheHeadAlone) {
  start();
  Clients::Client& client = web_client(request_of("/large", "HEAD"));
  EXPECT_EQ(status_of(client), "200");
  EXPECT_NE(client.received.find("Content-Length: 1000000\r\n"), std::string::npos);
  EXPECT_EQ(body_of(client), "");
}

TEST_F(HttpConnectionsTest, ARequestWithoutAnAnswerIsRetried) {
  start();
  Clients::Client& client = web_client(request_of("/later", "GET", connection_close));
  pass(1s);
  EXPECT_GT(site_.asked, 2);
  EXPECT_EQ(client.received, "");
  site_.is_ready = true;
  pass(1s);
  EXPECT_EQ(status_of(client), "200");
  EXPECT_TRUE(client.ended);
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(HttpConnectionsTest, ARequestThatNeverGetsAnAnswerEndsAtTheDeadline) {
  start();
  Clients::Client& client = web_client(request_of("/later"));
  pass(6s);
  EXPECT_EQ(status_of(client), "503");
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(HttpConnectionsTest, TheDeadlineOfARequestBeginsWithTheConnection) {
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

TEST_F(HttpConnectionsTest, AClientThatEndsInTheMiddleOfARequestGetsAnError) {
  start();
  Clients::Client& client = web_client("GET / HT");
  clients_->port->shutdown_send(client.socket);
  pass(1s);
  EXPECT_EQ(status_of(client), "400");
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(HttpConnectionsTest, AClientThatShutsDownAfterARequestStillGetsTheAnswer) {
  start();
  Clients::Client& client = web_client(request_of("/later"));
  clients_->port->shutdown_send(client.socket);
  pass(1s);
  site_.is_ready = true;
  pass(1s);
  EXPECT_EQ(status_of(client), "200");
  EXPECT_EQ(admission_->sessions(), 0u);
}

TEST_F(HttpConnectionsTest, ABadRequestIsRefusedWithItsStatus) {
  Limits limits;
  limits.http_head_bytes_max = 300;
  limits.http_target_bytes_max = 100;
  start(limits);
  EXPECT_EQ(status_of(web_client("GET / HTTP/1.1\r\n\r\n")), "400");
  EXPECT_EQ(status_of(web_client(request_of("/" + std::string(200, 'x')))), "414");
  EXPECT_EQ(status_of(web_client("GET / HTTP/1.1\r\nHost: here\r\nX: " + std::string(400, 'x'))), "431");
  EXPECT_EQ(worker_->counters().http_responses[3].get(), 3u);
}

TEST_F(HttpConnectionsTest, ARequestThatWaitsForItsAnswerDelaysNoSession) {
  start();
  Clients::Client& player = connected_client();
  web_client(request_of("/later"));
  clients_->send(player, frame(1, "goes on"));
  pass(50ms);
  EXPECT_EQ(player.received, frame(1, "goes on"));
  site_.is_ready = true;
  pass(1s);
}

TEST_F(HttpConnectionsTest, PagesAndSessionsHaveSeparatePlaces) {
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

TEST(HttpExchange, APendingAnswerIsFoundByItsKindOnly) {
  struct Right final : PendingAnswer {
    int value = 7;
  };
  struct Wrong final : PendingAnswer {};
  HttpExchange exchange{{}, io::Address::loopback(1), nullptr};
  EXPECT_EQ(exchange.pending_as<Right>(), nullptr);
  exchange.pending = std::make_shared<Right>();
  EXPECT_EQ(exchange.pending_as<Right>()->value, 7);
  EXPECT_DEATH(static_cast<void>(exchange.pending_as<Wrong>()), "of another kind");
}

}  // namespace
}  // namespace madang::net

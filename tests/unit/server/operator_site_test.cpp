// What the operator's port answers without asking the server: who may open the playground's socket.
#include "madang/server/operator_site.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace madang::server {
namespace {

struct Knock {
  std::string peer = "127.0.0.1:1234";
  std::vector<wire::HttpField> fields{};
  std::string target = "/playground/socket";
  std::string method = "GET";
};

/// Returns the status of the answer; 101 for an upgrade to a WebSocket.
int answer_to(const Knock& knock, const std::string& token = "") {
  OperatorSite site(token);
  net::HttpExchange exchange;
  exchange.request.method = knock.method;
  exchange.request.target = knock.target;
  exchange.request.fields = knock.fields;
  exchange.request.fields.push_back({"Host", "127.0.0.1:7781"});
  exchange.peer = *io::Address::resolve(knock.peer);
  const net::HttpVerdict verdict = site.on_request(exchange);
  return verdict.is_upgrade() ? 101 : static_cast<int>(verdict.response().status);
}

TEST(OperatorSite, TheSocketOfThePlaygroundIsForThisMachineAndItsOwnPage) {
  EXPECT_EQ(answer_to({}), 101);
  EXPECT_EQ(answer_to({.fields = {{"Origin", "http://127.0.0.1:7781"}}}), 101);
  EXPECT_EQ(answer_to({.fields = {{"Origin", "http://evil.example"}}}), 403);
  EXPECT_EQ(answer_to({.fields = {{"Origin", "http://127.0.0.1:7780"}}}), 403) << "the page of the players";
  EXPECT_EQ(answer_to({.peer = "192.0.2.1:1"}), 403);
  EXPECT_EQ(answer_to({.fields = {{"X-Forwarded-For", "192.0.2.1"}}}), 403);
  EXPECT_EQ(answer_to({.method = "POST"}), 405);
}

TEST(OperatorSite, WithATokenItIsForWhoHasTheToken) {
  const std::string token = "0123456789abcdef";
  const wire::HttpField good{"Sec-WebSocket-Protocol",
                             "madang, madang.token.30313233343536373839616263646566"};
  EXPECT_EQ(answer_to({.peer = "192.0.2.1:1", .fields = {good}}, token), 101);
  EXPECT_EQ(answer_to({}, token), 401);
  EXPECT_EQ(answer_to({.fields = {{"Sec-WebSocket-Protocol", "madang, madang.token.30"}}}, token), 401);
  EXPECT_EQ(answer_to({.fields = {good, {"Origin", "http://evil.example"}}}, token), 403);
}

}  // namespace
}  // namespace madang::server

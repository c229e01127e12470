// Which requests may use the operator's port, and which may change something.
#include "madang/server/operator_access.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace madang::server {
namespace {

struct Asker {
  std::string peer = "127.0.0.1:1234";
  std::string host = "127.0.0.1:7780";
  std::vector<wire::HttpField> fields{};
};

int status_for(const Asker& asker, std::string_view token = "") {
  net::HttpExchange exchange;
  exchange.request.fields = asker.fields;
  exchange.request.fields.push_back({"Host", asker.host});
  exchange.peer = *io::Address::resolve(asker.peer);
  const auto refusal = refuse_stranger(exchange, token);
  return refusal ? static_cast<int>(refusal->status) : 200;
}

TEST(OperatorAccess, WithoutATokenOnlyThisMachineHasAccess) {
  for (const char* host :
       {"127.0.0.1:7780", "localhost:7780", "localhost", "[::1]:7780", "[::1]", "127.0.0.1"})
    EXPECT_EQ(status_for({.host = host}), 200) << host;
  EXPECT_EQ(status_for({.peer = "[::1]:1234"}), 200);
  EXPECT_EQ(status_for({.peer = "127.9.9.9:1"}), 200);
  EXPECT_EQ(status_for({.peer = "192.0.2.1:1234"}), 403);
  EXPECT_EQ(status_for({.peer = "[2001:db8::1]:1234"}), 403);
}

TEST(OperatorAccess, ARequestForAnotherNameOrThroughAProxyIsNotFromThisMachine) {
  for (const char* host :
       {"game.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:7780", ""})
    EXPECT_EQ(status_for({.host = host}), 403) << host;
  for (const char* name : {"X-Forwarded-For", "forwarded", "X-Real-IP", "Via"})
    EXPECT_EQ(status_for({.fields = {{name, "203.0.113.9"}}}), 403) << name;
}

TEST(OperatorAccess, WithATokenARequestWithTheTokenHasAccessFromAnywhere) {
  constexpr std::string_view token = "0123456789abcdef";
  const auto with = [&](std::string_view value, std::string_view peer = "192.0.2.1:1") {
    return status_for({.peer = std::string(peer),
                       .host = "game.example",
                       .fields = {{"Authorization", std::string(value)}}},
                      token);
  };
  EXPECT_EQ(with("Bearer 0123456789abcdef"), 200);
  for (const char* wrong : {"Bearer 0123456789abcdeF", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
                            "Bearer ", "0123456789abcdef", "Basic 0123456789abcdef", "Bearer"})
    EXPECT_EQ(with(wrong), 401) << wrong;
  EXPECT_EQ(status_for({}, token), 401) << "also on this machine";
}

TEST(OperatorAccess, AWebSocketCarriesTheTokenAsANameOfAProtocol) {
  constexpr std::string_view token = "Ab 1";
  const auto with = [&](std::string value) {
    return status_for({.fields = {{"Sec-WebSocket-Protocol", std::move(value)}}}, token);
  };
  EXPECT_EQ(with("madang, madang.token.41622031"), 200);
  EXPECT_EQ(with("madang.token.41622031"), 200);
  for (const char* wrong :
       {"madang", "madang.token.", "madang.token.4162203", "madang.token.416220", "madang.token.41622032",
        "madang.token.4162203x", "madang.token.41622031aa", "madang.token.41622O31", "41622031"})
    EXPECT_EQ(with(wrong), 401) << wrong;
  EXPECT_EQ(with("madang.token.00, madang.token.41622031"), 401) << "one try a request";
}

TEST(OperatorAccess, AChangeMustBeJsonAndNotFromAPageOfAnotherHost) {
  const auto status = [](std::vector<wire::HttpField> fields) {
    wire::HttpRequest request;
    request.fields = std::move(fields);
    request.fields.push_back({"Host", "localhost:7780"});
    const auto refusal = refuse_change(request);
    return refusal ? static_cast<int>(refusal->status) : 200;
  };
  const wire::HttpField json{"Content-Type", "application/json"};
  EXPECT_EQ(status({json}), 200);
  EXPECT_EQ(status({{"Content-Type", "application/json; charset=utf-8"}}), 200);
  EXPECT_EQ(status({json, {"Origin", "http://localhost:7780"}}), 200);
  EXPECT_EQ(status({json, {"Origin", "http://evil.example"}}), 403);
  EXPECT_EQ(status({json, {"Origin", "null"}}), 403);
  EXPECT_EQ(status({}), 415);
  // Media types that a form of another page can send without a preflight request.
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"})
    EXPECT_EQ(status({{"Content-Type", type}}), 415) << type;
}

}  // namespace
}  // namespace madang::server

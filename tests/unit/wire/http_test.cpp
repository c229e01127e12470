// Right and wrong requests, in one piece and split at every byte; responses; handshakes; origins.
#include "madang/wire/http.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "madang/wire/http_fields.h"

namespace madang::wire {
namespace {

/// The result of some bytes: a refusal, or a request and the bytes after it.
struct Outcome {
  int refused = 0;
  bool is_whole = false;
  HttpRequest request;
  std::string rest;

  bool operator==(const Outcome& other) const {
    const auto lines = [](const HttpRequest& r) {
      std::string all = r.method + "\n" + r.target + "\n" + r.body;
      for (const auto& [name, value] : r.fields) all += "\n" + name + "=" + value;
      return all;
    };
    return refused == other.refused && is_whole == other.is_whole && rest == other.rest &&
           lines(request) == lines(other.request);
  }
};

Outcome read(std::initializer_list<std::string_view> parts, const HttpLimits& limits = {}) {
  HttpReader reader(limits);
  Outcome outcome;
  for (const std::string_view part : parts) {
    Bytes bytes = as_bytes(part);
    if (outcome.is_whole) {
      outcome.rest += part;
      continue;
    }
    const auto whole = reader.receive(bytes);
    if (!whole) {
      outcome.refused = static_cast<int>(whole.error().status);
      EXPECT_FALSE(whole.error().why.empty());
      return outcome;
    }
    if (!*whole) continue;
    outcome.is_whole = true;
    outcome.request = reader.pop_request();
    outcome.rest = as_text(bytes);
  }
  return outcome;
}

/// Returns the outcome of the whole text. Every split in two, and single bytes, must give the same outcome.
Outcome read_every_way(const std::string& text, const HttpLimits& limits = {}) {
  const Outcome whole = read({text}, limits);
  for (std::size_t at = 1; at < text.size(); ++at)
    EXPECT_TRUE(read({std::string_view(text).substr(0, at), std::string_view(text).substr(at)}, limits) ==
                whole)
        << "split at " << at << ": " << text;
  return whole;
}

std::string get(std::string_view more, std::string_view target = "/") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: here\r\n" + std::string(more) + "\r\n";
}

TEST(Http, ReadsARequestAndLeavesWhatComesBehindIt) {
  const Outcome read = read_every_way(
      "POST /a/b?x=1&y=&z HTTP/1.1\r\nHost: here:80\r\nX-Name:  value \t\r\nEmpty:\r\n"
      "Content-Length: 5\r\n\r\nhello behind");
  ASSERT_TRUE(read.is_whole);
  EXPECT_EQ(read.request.method, "POST");
  EXPECT_EQ(read.request.path(), "/a/b");
  EXPECT_EQ(read.request.query("x"), "1");
  EXPECT_EQ(read.request.query("y"), "");
  EXPECT_EQ(read.request.query("nothing"), "");
  EXPECT_EQ(read.request.field("x-NAME"), "value");
  EXPECT_EQ(read.request.field("empty"), "");
  EXPECT_EQ(read.request.body, "hello");
  EXPECT_EQ(read.rest, " behind");
}

TEST(Http, AListOfTokensMayStandInSeveralLines) {
  const Outcome read = read_every_way(get("Connection: keep-alive, Upgrade\r\nconnection: other\r\n"));
  EXPECT_TRUE(read.request.lists("Connection", "upgrade"));
  EXPECT_TRUE(read.request.lists("Connection", "OTHER"));
  EXPECT_FALSE(read.request.lists("Connection", "up"));
  EXPECT_FALSE(read.request.lists("Upgrade", "upgrade"));
}

TEST(Http, TakesWhatIsInOrder) {
  const std::vector<std::string> good = {
      get(""),
      get("X: \x80\xff\r\n"),
      get("Content-Length: 0\r\n"),
      get("", "/?a=b%20c&d=\xea\xb0\x80"),
      "GET / HTTP/1.0\r\n\r\n",
      "HEAD / HTTP/1.1\r\nhost:\r\n\r\n",
      "OPTIONS / HTTP/1.1\r\nHOST: [::1]:7780\r\n\r\n",
  };
  for (const std::string& text : good) EXPECT_TRUE(read_every_way(text).is_whole) << text;
}

TEST(Http, RefusesWhatTwoProgramsCouldReadDifferently) {
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  const std::string behind = "\r\nhello";
  const std::vector<std::pair<std::string, int>> bad = {
      // Where does the body end?
      {post + "Content-Length: 5\r\nContent-Length: 5\r\n" + behind, 400},
      {post + "Content-Length: 5\r\nContent-Length: 6\r\n" + behind, 400},
      {post + "Content-Length: 5, 5\r\n" + behind, 400},
      {post + "Content-Length: +5\r\n" + behind, 400},
      {post + "Content-Length: -5\r\n" + behind, 400},
      {post + "Content-Length: 0x5\r\n" + behind, 400},
      {post + "Content-Length: 5 5\r\n" + behind, 400},
      {post + "Content-Length:\r\n" + behind, 400},
      {post + "Content-Length: 99999999999999999999999999\r\n" + behind, 400},
      {post + "Content-Length: 18446744073709551617\r\n" + behind, 400},
      {post + "Content-Length : 5\r\n" + behind, 400},
      {post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + behind, 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + behind, 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: xchunked\r\n" + behind, 501},
      {post + "Transfer-Encoding : chunked\r\n" + behind, 400},
      {post + " Transfer-Encoding: chunked\r\n" + behind, 400},
      {post + "X: y\r\n\tTransfer-Encoding: chunked\r\n" + behind, 400},
      {post + "Transfer-Encoding\x0b: chunked\r\n" + behind, 400},
      {post + "Expect: a miracle\r\nContent-Length: 5\r\n" + behind, 417},
      // Where does a line end?
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\rHost: a\r\r", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: y\rZ: w\r\n\r\n", 400},
      {"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      // Which host?
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://me@b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      // What is the request?
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.11\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28), 400},
      {"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {get("X: a\x01z\r\n"), 400},
      {get(std::string("X: a\0z\r\n", 8)), 400},
      {get("X Y: z\r\n"), 400},
      {get(": z\r\n"), 400},
      {get("nonsense\r\n"), 400},
      {"\x16\x03\x01\x02\x01\x01\x01\x01\xfc\x03\x03", 400},
  };
  for (const auto& [text, status] : bad) EXPECT_EQ(read_every_way(text).refused, status) << text;
}

TEST(Http, ReadsAbsoluteFormWhoseHostCounts) {
  const auto read = [](std::string_view line, std::string_view host) {
    return read_every_way(std::string(line) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").request;
  };
  EXPECT_EQ(read("GET http://www.example.org/pub?x=1", "other").target, "/pub?x=1");
  EXPECT_EQ(read("GET HTTP://www.example.org:81", "other").field("host"), "www.example.org:81");
  EXPECT_EQ(read("GET http://www.example.org?x", "other").target, "/?x");
  EXPECT_EQ(read("OPTIONS http://www.example.org:8001", "other").target, "*");
  EXPECT_EQ(read("OPTIONS *", "other").target, "*");
}

TEST(Http, ReadsOneRequestBehindTheOther) {
  HttpReader reader({});
  const std::string text = get("", "/one") + "\r\n" + get("", "/two");
  Bytes bytes = as_bytes(text);
  ASSERT_TRUE(*reader.receive(bytes));
  EXPECT_EQ(reader.pop_request().target, "/one");
  EXPECT_FALSE(reader.has_begun());
  ASSERT_TRUE(*reader.receive(bytes));
  EXPECT_EQ(reader.pop_request().target, "/two");
}

TEST(Http, SaysOnceThatAClientMaySendItsBody) {
  HttpReader reader({});
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  Bytes bytes = as_bytes(head);
  ASSERT_FALSE(*reader.receive(bytes));
  EXPECT_TRUE(reader.pop_continue());
  EXPECT_FALSE(reader.pop_continue());
}

TEST(Http, EachLimitHoldsToTheByte) {
  const HttpLimits limits{.target_bytes_max = 20, .head_bytes_max = 200, .body_bytes_max = 10};
  const auto target = [](std::size_t size) { return get("", "/" + std::string(size - 1, 'x')); };
  EXPECT_TRUE(read_every_way(target(20), limits).is_whole);
  EXPECT_EQ(read_every_way(target(21), limits).refused, 414);
  const auto head = [](std::size_t size) {
    return get("X: " + std::string(size - get("X: \r\n").size(), 'x') + "\r\n");
  };
  ASSERT_EQ(head(200).size(), 200u);
  EXPECT_TRUE(read_every_way(head(200), limits).is_whole);
  EXPECT_EQ(read_every_way(head(201), limits).refused, 431);
  const auto body = [](std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  };
  EXPECT_TRUE(read_every_way(body(10) + "0123456789", limits).is_whole);
  EXPECT_EQ(read_every_way(body(11), limits).refused, 413) << "as soon as Content-Length has come";
}

TEST(Http, WhatNeverEndsIsRefusedAtTheLimit) {
  for (const std::string& start :
       {std::string(), std::string("GET /"), std::string("GET / HTTP/1.1\r\nHost: a\r\nX: ")}) {
    HttpReader reader({});
    std::size_t fed = 0;
    Bytes bytes = as_bytes(start);
    auto whole = reader.receive(bytes);
    for (; whole && fed < 100'000; ++fed) {
      const std::byte more{'x'};
      bytes = Bytes(&more, 1);
      whole = reader.receive(bytes);
    }
    EXPECT_FALSE(whole);
    EXPECT_LE(fed, HttpLimits{}.head_bytes_max + 1) << start;
  }
  HttpReader reader({});
  std::string lines = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 3000; ++i) lines += "A: b\r\n";
  Bytes bytes = as_bytes(lines);
  const auto whole = reader.receive(bytes);
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().status, HttpStatus::header_fields_too_large);
}

// --- Responses

std::string response_text(const HttpResponse& response, bool head = false) {
  Buffer out;
  append_response(out, response, {.is_head_only = head});
  return std::string(as_text(out.bytes()));
}

TEST(Http, AResponseSaysHowLongItIsAndKeepsBrowsersFromGuessing) {
  const std::string text = response_text(plain_response(HttpStatus::not_found, "No such page."));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 404 Not Found\r\n"));
  for (const char* line :
       {"Content-Length: 14\r\n", "Connection: close\r\n", "X-Content-Type-Options: nosniff\r\n",
        "Cache-Control: no-store\r\n", "frame-ancestors 'none'"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
  EXPECT_TRUE(text.ends_with("\r\n\r\nNo such page.\n"));
  EXPECT_TRUE(response_text(plain_response(HttpStatus::ok, "x"), true).ends_with("\r\n\r\n")) << "HEAD";
}

TEST(Http, AResponsesOwnLinesCountAndSomeHaveNoBody) {
  HttpResponse response{.status = HttpStatus::not_modified};
  response.fields.push_back({"cache-control", "no-cache"});
  const std::string text = response_text(response);
  EXPECT_EQ(text.find("no-store"), std::string::npos);
  EXPECT_EQ(text.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(Http, EveryStatusHasItsReason) {
  for (const int status :
       {101, 200, 204, 304, 400, 401, 403, 404, 405, 408, 413, 414, 415, 417, 426, 429, 431, 501, 503, 505})
    EXPECT_FALSE(reason_of(static_cast<HttpStatus>(status)).empty());
}

// --- Becoming a WebSocket

HttpRequest request_of(const std::string& text) {
  const Outcome outcome = read({text});
  EXPECT_TRUE(outcome.is_whole) << text;
  return outcome.request;
}

TEST(Http, AnswersAHandshakeAsRfc6455Does) {
  Buffer out;
  const HttpRequest request = request_of(
      "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
      "Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Version: 13\r\n\r\n");
  EXPECT_TRUE(asks_for_websocket(request));
  ASSERT_TRUE(append_upgrade(out, request));
  EXPECT_EQ(as_text(out.bytes()),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
      << "the response accepts no subprotocol and no extension";
}

TEST(Http, AWebSocketThatOffersOurProtocolGetsIt) {
  const std::string handshake =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\n";
  const auto chosen = [&](const std::string& offered) {
    Buffer out;
    EXPECT_TRUE(
        append_upgrade(out, request_of(get(handshake + "Sec-WebSocket-Protocol: " + offered + "\r\n"))));
    return as_text(out.bytes()).find("\r\nSec-WebSocket-Protocol: madang\r\n") != std::string::npos;
  };
  EXPECT_TRUE(chosen("madang"));
  EXPECT_TRUE(chosen("chat, madang, madang.token.00"));
  EXPECT_FALSE(chosen("chat"));
  EXPECT_FALSE(chosen("madang.token.00"));
}

TEST(Http, RefusesAHandshakeThatIsNone) {
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string upgrade = "Upgrade: websocket\r\n";
  const std::string connection = "Connection: Upgrade\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const std::vector<std::pair<std::string, int>> bad = {
      {get(connection + key + version), 426},
      {get(upgrade + key + version), 400},
      {get(upgrade + connection + version), 400},
      {get(upgrade + connection + key), 426},
      {get(upgrade + connection + key + "Sec-WebSocket-Version: 8\r\n"), 426},
      {get(upgrade + connection + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n"), 400},
      {get(upgrade + connection + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZB==\r\n"), 400},
      {get(upgrade + connection + version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub2*jZQ==\r\n"), 400},
      {"POST / HTTP/1.1\r\nHost: here\r\n" + upgrade + connection + key + version + "\r\n", 400},
  };
  for (const auto& [text, status] : bad) {
    Buffer out;
    const auto upgraded = append_upgrade(out, request_of(text));
    ASSERT_FALSE(upgraded) << text;
    EXPECT_EQ(static_cast<int>(upgraded.error().status), status) << text;
    EXPECT_TRUE(out.empty());
    if (status == 426) {
      EXPECT_NE(response_text(upgraded.error()).find("Sec-WebSocket-Version: 13\r\n"), std::string::npos);
    }
  }
}

TEST(Http, APageOfThisHostMayAndOfOthersOnlyThoseNamed) {
  const auto allowed = [](std::string_view origin, std::string_view host,
                          const std::vector<std::string>& others = {}) {
    const std::string line = origin.empty() ? "" : "Origin: " + std::string(origin) + "\r\n";
    return is_origin_allowed(
        request_of("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + line + "\r\n"), others);
  };
  EXPECT_TRUE(allowed("", "game.example")) << "no browser sends the request";
  EXPECT_TRUE(allowed("http://game.example", "game.example"));
  EXPECT_TRUE(allowed("https://game.example", "Game.Example")) << "behind a proxy that speaks TLS";
  EXPECT_TRUE(allowed("https://game.example", "game.example:443"));
  EXPECT_TRUE(allowed("https://game.example:443", "GAME.example"));
  EXPECT_TRUE(allowed("http://game.example", "game.example:80"));
  EXPECT_FALSE(allowed("https://game.example", "game.example:80"));
  EXPECT_FALSE(allowed("http://game.example", "game.example:443"));
  EXPECT_TRUE(allowed("http://[::1]:7780", "[::1]:7780"));
  for (const char* origin :
       {"null", "http://game.example:81", "http://evil.example", "http://game.example.evil",
        "http://evilgame.example", "ftp://game.example", "game.example", "http://game.example/"})
    EXPECT_FALSE(allowed(origin, "game.example")) << origin;
  EXPECT_TRUE(allowed("https://other.example", "game.example", {"https://other.example"}));
  EXPECT_FALSE(allowed("http://other.example", "game.example", {"https://other.example"}));
  EXPECT_FALSE(allowed("https://other.example:8443", "game.example", {"https://other.example"}));
  EXPECT_FALSE(allowed("http://", ""));
}

}  // namespace
}  // namespace madang::wire

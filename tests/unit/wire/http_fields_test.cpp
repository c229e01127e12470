// The meaning of single header fields, with cases from RFC 9110 and RFC 9112.
#include "madang/wire/http_fields.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "madang/wire/http.h"

namespace madang::wire {
namespace {

HttpRequest request_with(std::initializer_list<HttpField> fields, unsigned minor_version = 1) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/";
  request.minor_version = minor_version;
  request.fields = fields;
  return request;
}

// RFC 9112, 9.3.
TEST(HttpFields, AConnectionGoesOnByVersionAndConnection) {
  EXPECT_TRUE(keeps_alive(request_with({})));
  EXPECT_TRUE(keeps_alive(request_with({{"Connection", "keep-alive"}})));
  EXPECT_TRUE(keeps_alive(request_with({{"Connection", "closed"}, {"X", "close"}})));
  EXPECT_FALSE(keeps_alive(request_with({{"Connection", "close"}})));
  EXPECT_FALSE(keeps_alive(request_with({{"CONNECTION", "x , CLOSE"}})));
  EXPECT_FALSE(keeps_alive(request_with({{"Connection", "x"}, {"connection", "close"}})));
  EXPECT_FALSE(keeps_alive(request_with({{"Connection", "keep-alive, close"}}))) << "close counts first";

  EXPECT_FALSE(keeps_alive(request_with({}, 0)));
  EXPECT_FALSE(keeps_alive(request_with({{"Connection", "x"}}, 0)));
  EXPECT_TRUE(keeps_alive(request_with({{"Connection", "Keep-Alive"}}, 0)));
  EXPECT_FALSE(keeps_alive(request_with({{"Connection", "keep-alive"}, {"Connection", "close"}}, 0)));
}

struct Coding {
  std::string_view accepts;
  ContentCoding with_gzip;
  ContentCoding without_gzip;
};

// RFC 9110, 12.5.3 and 12.4.2.
TEST(HttpFields, TheBestCodingIsFoundByItsWeights) {
  using enum ContentCoding;
  for (const Coding& one : std::initializer_list<Coding>{
           {"", identity, identity},
           {"gzip", gzip, identity},
           {"x-gzip", gzip, identity},
           {"GZIP", gzip, identity},
           {"*", gzip, identity},
           {"compress, gzip", gzip, identity},
           {", ,gzip,", gzip, identity},
           {"br", identity, identity},
           {"gzip2", identity, identity},
           {"gzip;q=0", identity, identity},
           {"gzip;q=0.000", identity, identity},
           {"gzip;q=0.001", gzip, identity},
           {"gzip \t;\tQ=0.5", gzip, identity},
           {"gzip;q=1.", gzip, identity},
           {"gzip;q=1.000", gzip, identity},
           {"compress;q=0.5, gzip;q=1.0", gzip, identity},
           {"gzip;q=0.5, identity", identity, identity},
           {"gzip;q=0.5, identity;q=0.5", gzip, identity},
           {"gzip;q=0.5, identity;q=0.501", identity, identity},
           {"gzip;q=1.0, identity; q=0.5, *;q=0", gzip, identity},
           {"gzip, identity;q=0", gzip, none},
           {"gzip, *;q=0", gzip, none},
           {"identity, *;q=0", identity, identity},
           {"identity;q=0", none, none},
           {"*;q=0", none, none},
           {"gzip;q=0, *", identity, identity},
           {"gzip;q=0, *;q=0", none, none},
           // By the grammar this is no weight, so the element is ignored.
           {"gzip;q=1.001", identity, identity},
           {"gzip;q=2", identity, identity},
           {"gzip;q=0.1234", identity, identity},
           {"gzip;q=-1", identity, identity},
           {"gzip;q=.5", identity, identity},
           {"gzip;q=", identity, identity},
           {"gzip;level=9", identity, identity},
           {"gzip;", identity, identity},
       }) {
    const HttpRequest request = request_with({{"Accept-Encoding", std::string(one.accepts)}});
    EXPECT_EQ(preferred_coding(request, true), one.with_gzip) << one.accepts;
    EXPECT_EQ(preferred_coding(request, false), one.without_gzip) << one.accepts;
  }
  EXPECT_EQ(preferred_coding(request_with({}), true), ContentCoding::identity);
  EXPECT_EQ(preferred_coding(request_with({{"accept-encoding", "br"}, {"ACCEPT-ENCODING", "gzip"}}), true),
            ContentCoding::gzip)
      << "several lines are one list";
}

// RFC 9110, 13.1.2 and 8.8.3.2.
TEST(HttpFields, ATagIsComparedWeakly) {
  const auto has = [](std::string_view lists, std::string_view etag) {
    return has_current_copy(request_with({{"If-None-Match", std::string(lists)}}), etag);
  };
  EXPECT_TRUE(has(R"("1")", R"("1")"));
  EXPECT_TRUE(has(R"(W/"1")", R"("1")"));
  EXPECT_TRUE(has(R"("1")", R"(W/"1")"));
  EXPECT_TRUE(has(R"(W/"1")", R"(W/"1")"));
  EXPECT_FALSE(has(R"(W/"1")", R"(W/"2")"));
  EXPECT_FALSE(has(R"("a")", R"("A")")) << "the case of a tag counts";
  EXPECT_FALSE(has(R"(w/"1")", R"("1")")) << "the case of W counts";
  EXPECT_TRUE(has(R"("xyzzy", W/"r2d2xxxx" ,"c3piozzzz")", R"("r2d2xxxx")"));
  EXPECT_TRUE(has(R"(,"x",)", R"("x")"));
  EXPECT_TRUE(has(R"("a,b")", R"("a,b")")) << "a comma in quotes separates nothing";
  EXPECT_FALSE(has(R"("a,"b",c")", R"("b")"));
  EXPECT_TRUE(has("*", R"("1")"));
  EXPECT_TRUE(has(" * ", R"("1")"));
  EXPECT_FALSE(has(R"("*")", R"("1")"));
  EXPECT_FALSE(has("1", R"("1")"));
  EXPECT_FALSE(has("", R"("1")"));
  EXPECT_FALSE(has_current_copy(request_with({}), R"("1")"));
  EXPECT_TRUE(
      has_current_copy(request_with({{"If-None-Match", R"("1")"}, {"if-none-match", R"("2")"}}), R"("2")"));
}

// RFC 9110, 8.3.1.
TEST(HttpFields, AMediaTypeCountsWithoutItsCaseAndParameters) {
  const auto has = [](std::string_view type) {
    return has_media_type(request_with({{"Content-Type", std::string(type)}}), "application/json");
  };
  EXPECT_TRUE(has("application/json"));
  EXPECT_TRUE(has("Application/JSON"));
  EXPECT_TRUE(has("application/json;charset=utf-8"));
  EXPECT_TRUE(has("application/json ; charset=\"utf-8\""));
  EXPECT_FALSE(has("application/jsonp"));
  EXPECT_FALSE(has("text/plain;application/json"));
  EXPECT_FALSE(has("text/plain, application/json"));
  EXPECT_FALSE(has(""));
  EXPECT_FALSE(has_media_type(request_with({}), "application/json"));
}

// RFC 9110, 11.1 and 11.4; RFC 6750, 2.1.
TEST(HttpFields, ATokenStandsBehindItsScheme) {
  const auto token = [](std::string_view value) {
    return std::string(bearer_token(request_with({{"Authorization", std::string(value)}})));
  };
  EXPECT_EQ(token("Bearer mF_9.B5f-4.1JqM"), "mF_9.B5f-4.1JqM");
  EXPECT_EQ(token("bearer t"), "t");
  EXPECT_EQ(token("BEARER   t "), "t") << "1*SP";
  EXPECT_EQ(token("Basic t"), "");
  EXPECT_EQ(token("Bearert"), "");
  EXPECT_EQ(token("Bearer"), "");
  EXPECT_EQ(token("Bearer "), "");
  EXPECT_EQ(token("XBearer t"), "");
  EXPECT_EQ(token(""), "");
  EXPECT_EQ(bearer_token(request_with({})), "");
  EXPECT_EQ(bearer_token(request_with({{"Authorization", "Bearer t"}, {"authorization", "Bearer t"}})), "")
      << "two programs could use different tokens";
  EXPECT_EQ(bearer_token(request_with({{"Proxy-Authorization", "Bearer t"}})), "");
}

// RFC 9110, 7.2; RFC 3986, 3.2.2.
TEST(HttpFields, AHostIsANameOrALiteralWithAPort) {
  for (const std::string_view host :
       {"", "localhost", "localhost:80", "game.example:", "127.0.0.1:7777", "[::1]", "[::1]:80", "a%20b"})
    EXPECT_TRUE(is_host(host)) << host;
  for (const std::string_view host :
       {"a b", "a/b", "a@b", "a:b", "a:80x", "[]", "a[b]", "a,b:80 ", "a#", "a?"})
    EXPECT_FALSE(is_host(host)) << host;
  EXPECT_EQ(host_without_port("localhost:80"), "localhost");
  EXPECT_EQ(host_without_port("localhost"), "localhost");
  EXPECT_EQ(host_without_port("[::1]:80"), "[::1]");
  EXPECT_EQ(host_without_port("[::1]"), "[::1]");
}

// RFC 9110, 5.6.7: fixed lengths, GMT; leap years, the ends of a day and of a year.
TEST(HttpFields, ADateIsWrittenAsTheRfcWritesIt) {
  EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(951'782'400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(http_date(951'868'800), "Wed, 01 Mar 2000 00:00:00 GMT");
  EXPECT_EQ(http_date(1'735'689'599), "Tue, 31 Dec 2024 23:59:59 GMT");
  EXPECT_EQ(http_date(1'735'689'600), "Wed, 01 Jan 2025 00:00:00 GMT");
  EXPECT_EQ(http_date(4'102'444'800), "Fri, 01 Jan 2100 00:00:00 GMT");
}

std::string written(const HttpResponse& response, HttpFraming framing) {
  Buffer out;
  append_response(out, response, framing);
  return std::string(as_text(out.bytes()));
}

// RFC 9112, 6.3 and 9.6; RFC 9110, 8.6 and 9.3.2: the next response begins where the length says.
TEST(HttpFields, AResponseSaysWhetherItsConnectionGoesOnAndWhereItEnds) {
  const HttpResponse response = plain_response(HttpStatus::ok, "hello");
  const std::string body(response.whole_body());
  const std::string length = "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";

  const std::string kept = written(response, {.is_kept_alive = true});
  EXPECT_TRUE(kept.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(kept.find("\r\nConnection: keep-alive\r\n"), kept.npos);
  EXPECT_NE(kept.find(length), kept.npos);
  EXPECT_EQ(kept.substr(kept.find("\r\n\r\n") + 4), body);

  const std::string last = written(response, {});
  EXPECT_NE(last.find("\r\nConnection: close\r\n"), last.npos);
  EXPECT_EQ(last.find("keep-alive"), last.npos);

  const std::string head = written(response, {.is_head_only = true, .is_kept_alive = true});
  EXPECT_NE(head.find(length), head.npos) << "the length of the body that GET would return";
  EXPECT_EQ(head + body, kept);

  for (const HttpStatus status : {HttpStatus::no_content, HttpStatus::not_modified}) {
    HttpResponse none = plain_response(status, "never sent");
    const std::string text = written(none, {.is_kept_alive = true});
    EXPECT_EQ(text.find("Content-Length"), text.npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
    EXPECT_EQ(text.find("\r\n\r\n") + 4, text.size());
    EXPECT_NE(text.find("\r\nConnection: keep-alive\r\n"), text.npos);
  }

  HttpResponse upgrade = plain_response(HttpStatus::upgrade_required, "");
  upgrade.fields.push_back({"upgrade", "websocket"});
  const std::string text = written(upgrade, {.is_kept_alive = true});
  EXPECT_NE(text.find("\r\nConnection: keep-alive, Upgrade\r\n"), text.npos);
}

std::string version_of(const std::string& version, const std::string& fields = "Host: here\r\n") {
  HttpReader reader(HttpLimits{});
  const std::string text = "GET / " + version + "\r\n" + fields + "\r\n";
  Bytes bytes = as_bytes(text);
  const auto whole = reader.receive(bytes);
  if (!whole) return std::to_string(static_cast<int>(whole.error().status));
  return *whole ? "1." + std::to_string(reader.pop_request().minor_version) : "more";
}

// RFC 9110, 2.5 and 6.2; RFC 9112, 2.3 and 3.2.
TEST(HttpFields, AMinorVersionIsReadAsTheHighestThatWeSpeak) {
  EXPECT_EQ(version_of("HTTP/1.0"), "1.0");
  EXPECT_EQ(version_of("HTTP/1.1"), "1.1");
  EXPECT_EQ(version_of("HTTP/1.2"), "1.1");
  EXPECT_EQ(version_of("HTTP/1.9"), "1.1");
  EXPECT_EQ(version_of("HTTP/2.0"), "505");
  EXPECT_EQ(version_of("HTTP/0.9"), "505");
  EXPECT_EQ(version_of("HTTP/1.0", ""), "1.0") << "HTTP/1.0 needs no Host";
  EXPECT_EQ(version_of("HTTP/1.1", ""), "400");
  EXPECT_EQ(version_of("HTTP/1.2", ""), "400") << "read as 1.1, it needs a Host";
  EXPECT_EQ(version_of("http/1.1"), "400") << "the case of HTTP counts";
}

}  // namespace
}  // namespace madang::wire

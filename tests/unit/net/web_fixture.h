// A worker with an HTTP port, on the simulated network.
#pragma once

#include <algorithm>

#include "unit/net/worker_fixture.h"
#include "unit/wire/websocket_peer.h"

namespace madang::net {

using wire::binary;
using wire::close_frame;

inline const std::string handshake =
    "GET /socket HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

inline std::string request_of(std::string_view path, std::string_view method = "GET",
                              std::string_view more = "") {
  return std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: here\r\n" + std::string(more) +
         "\r\n";
}
inline constexpr std::string_view connection_close = "Connection: close\r\n";

/// Has a large page, a page without an answer at first, and the WebSocket.
class TestSite final : public HttpService {
 public:
  HttpVerdict on_request(HttpExchange& exchange) override {
    const std::string_view path = exchange.request.path();
    if (path == "/socket") return HttpVerdict::upgrade();
    if (path == "/later" && !is_ready) {
      ++asked;
      return HttpVerdict::retry();
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
  void start(const Limits& limits = {}, const io::PortOptions& options = {}) {
    WorkerTest::start(limits, options);
    http_address_ =
        *worker_->listen(io::Address::loopback(0), {worker_.get()}, {.door = Door::pages, .http = &site_});
  }
  /// A client of the HTTP port that has sent these bytes.
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
  /// Returns the frames that the peer of a WebSocket got after the handshake: (first byte, payload).
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

}  // namespace madang::net

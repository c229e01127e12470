// What the fuzzer of HTTP and WebSocket does with its bytes, also run by the unit tests over bytes of their
// own making: however a stream is cut in two, what comes of it is the same.
#pragma once

#include <algorithm>
#include <string>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/check.h"
#include "wire/http.h"
#include "wire/websocket.h"

namespace madang::wire {

inline std::string read_as_request(Bytes first, Bytes second) {
  const HttpLimits limits{.target_bytes_max = 100, .head_bytes_max = 400, .body_bytes_max = 50};
  HttpReader reader(limits);
  std::string rest;
  auto whole = reader.receive(first);
  if (whole && *whole) {
    rest = std::string(as_text(first)) + std::string(as_text(second));
  } else if (whole) {
    CHECK(first.empty(), "what is not whole takes all there is");
    whole = reader.receive(second);
    rest = as_text(second);
  }
  if (!whole) return std::string("refused: ") + std::string(whole.error().why);
  if (!*whole) return "more";
  const HttpRequest request = reader.take();
  CHECK(request.target.starts_with('/') && request.target.size() <= limits.target_bytes_max);
  CHECK(request.body.size() <= limits.body_bytes_max);
  std::string all = request.method + '\n' + request.target + '\n' + request.body + '\n' + rest;
  for (const HttpField& field : request.fields) {
    CHECK(field.value.find_first_of("\r\n") == std::string::npos);
    all += '\n' + field.name + '=' + field.value;
  }
  Buffer upgrade;
  if (!append_upgrade(upgrade, request)) CHECK(upgrade.empty());
  return all;
}

inline std::string read_as_websocket(Bytes first, Bytes second) {
  WebSocket socket(1000);
  Buffer data;
  Buffer reply;
  socket.receive(first, data, reply);
  socket.receive(second, data, reply);
  CHECK(data.size() <= first.size() + second.size());
  return std::string(as_text(data.bytes())) + '\n' + std::string(as_text(reply.bytes())) + '\n' +
         std::to_string(static_cast<int>(socket.state()));
}

/// The first byte says where the rest is cut.
inline void check_web_input(Bytes input) {
  if (input.empty()) return;
  const Bytes stream = input.subspan(1);
  const std::size_t at = std::min<std::size_t>(std::to_integer<std::size_t>(input.front()), stream.size());
  CHECK(read_as_request(stream, {}) == read_as_request(stream.first(at), stream.subspan(at)));
  CHECK(read_as_websocket(stream, {}) == read_as_websocket(stream.first(at), stream.subspan(at)));
}

}  // namespace madang::wire

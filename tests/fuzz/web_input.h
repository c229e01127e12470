// check_web_input(): the check of the HTTP and WebSocket fuzzer. The unit tests use it, too. A stream may be
// cut in two at any place; the result must be the same.
#pragma once

#include <algorithm>
#include <string>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"
#include "madang/base/check.h"
#include "madang/wire/http.h"
#include "madang/wire/websocket.h"

namespace madang::wire {

inline std::string read_as_request(Bytes first, Bytes second) {
  const HttpLimits limits{.target_bytes_max = 100, .head_bytes_max = 400, .body_bytes_max = 50};
  HttpReader reader(limits);
  std::string rest;
  auto whole = reader.receive(first);
  if (whole && *whole) {
    rest = std::string(as_text(first)) + std::string(as_text(second));
  } else if (whole) {
    MADANG_CHECK(first.empty(), "an incomplete request uses all bytes");
    whole = reader.receive(second);
    rest = as_text(second);
  }
  if (!whole) return std::string("refused: ") + std::string(whole.error().why);
  if (!*whole) return "more";
  const HttpRequest request = reader.pop_request();
  MADANG_CHECK(request.target.starts_with('/') && request.target.size() <= limits.target_bytes_max);
  MADANG_CHECK(request.body.size() <= limits.body_bytes_max);
  std::string all = request.method + '\n' + request.target + '\n' + request.body + '\n' + rest;
  for (const HttpField& field : request.fields) {
    MADANG_CHECK(field.value.find_first_of("\r\n") == std::string::npos);
    all += '\n' + field.name + '=' + field.value;
  }
  Buffer upgrade;
  if (!append_upgrade(upgrade, request)) MADANG_CHECK(upgrade.empty());
  return all;
}

inline std::string read_as_websocket(Bytes first, Bytes second) {
  WebSocket socket(1000);
  Buffer data;
  Buffer reply;
  socket.receive(first, data, reply);
  socket.receive(second, data, reply);
  MADANG_CHECK(data.size() <= first.size() + second.size());
  return std::string(as_text(data.bytes())) + '\n' + std::string(as_text(reply.bytes())) + '\n' +
         std::to_string(static_cast<int>(socket.state()));
}

/// Checks the bytes after the first. The first byte says where they are cut.
inline void check_web_input(Bytes input) {
  if (input.empty()) return;
  const Bytes stream = input.subspan(1);
  const std::size_t at = std::min<std::size_t>(std::to_integer<std::size_t>(input.front()), stream.size());
  MADANG_CHECK(read_as_request(stream, {}) == read_as_request(stream.first(at), stream.subspan(at)));
  MADANG_CHECK(read_as_websocket(stream, {}) == read_as_websocket(stream.first(at), stream.subspan(at)));
}

}  // namespace madang::wire

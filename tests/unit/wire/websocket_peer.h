// PeerFrame: a right or wrong frame of a WebSocket's peer. Received: a WebSocket with all its results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"
#include "madang/wire/websocket.h"

namespace madang::wire {

inline std::string network(std::uint64_t value, std::size_t size) {
  std::string text;
  while (size > 0) text += static_cast<char>(value >> (8 * --size));
  return text;
}

/// A frame of a client. Every field can be wrong.
struct PeerFrame {
  std::uint8_t start = 0x82;  ///< FIN, reserved bits, opcode
  std::string payload;
  bool masked = true;
  std::uint32_t mask = 0x37fa213d;
  std::optional<std::uint64_t> length;  ///< the announced length, if it is not the payload's
  std::optional<std::size_t>
      extended_length_bytes{};  ///< the size of the length, if it is not the shortest form

  std::string bytes() const {
    const std::uint64_t announced = length.value_or(payload.size());
    const std::size_t extended = extended_length_bytes.value_or(announced < 126     ? 0
                                                                : announced < 65536 ? 2
                                                                                    : 8);
    const std::uint64_t seven_bits = extended == 0 ? announced : extended == 2 ? 126 : 127;
    std::string text = network(start, 1) + network(seven_bits | (masked ? 0x80 : 0), 1);
    text += network(announced, extended);
    if (!masked) return text + payload;
    const std::string key = network(mask, 4);
    text += key;
    for (std::size_t i = 0; i < payload.size(); ++i) text += static_cast<char>(payload[i] ^ key[i % 4]);
    return text;
  }
};

inline std::string frame(std::uint8_t start, std::string payload) {
  return PeerFrame{.start = start, .payload = std::move(payload), .length = {}}.bytes();
}
inline std::string binary(std::string payload) { return frame(0x82, std::move(payload)); }
inline std::string ping(std::string payload) { return frame(0x89, std::move(payload)); }
inline std::string pong(std::string payload) { return frame(0x8a, std::move(payload)); }
inline std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  return frame(0x88, network(code, 2).append(reason));
}

/// Returns a frame of a server: not masked, with at most 125 bytes.
inline std::string answer(std::uint8_t start, std::string_view payload) {
  return network(start, 1) + network(payload.size(), 1) + std::string(payload);
}

/// Returns text that is different at each place, so that a test finds a lost or moved byte.
inline std::string text_of(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + i / 251);
  return text;
}

struct Received {
  explicit Received(std::uint32_t message_bytes_max = 1u << 20) : socket(message_bytes_max) {}
  Received(std::string_view bytes, std::uint32_t message_bytes_max = 1u << 20) : socket(message_bytes_max) {
    feed(bytes);
  }

  WebSocketState feed(std::string_view bytes) { return socket.receive(as_bytes(bytes), data_, reply_); }
  std::string data() const { return std::string(as_text(data_.bytes())); }
  std::string reply() const { return std::string(as_text(reply_.bytes())); }

  WebSocket socket;
  Buffer data_;
  Buffer reply_;
};

}  // namespace madang::wire

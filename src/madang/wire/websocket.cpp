#include "madang/wire/websocket.h"

#include <utf8.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "madang/base/check.h"

namespace madang::wire {

enum class WebSocketOpcode : std::uint8_t { continuation, text, binary, close = 8, ping, pong };

namespace {

// A header (RFC 6455, 5.2), in network order:
//
//   u8   FIN 0x80, reserved 0x70, opcode 0x0f
//   u8   MASK 0x80, length 0x7f
//   u16  the length, if the 7 bits are 126; a u64 if they are 127; the shortest form is required
//   u32  the mask, if there is one
constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0f;
constexpr std::uint8_t control_bit = 0x08;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7f;
constexpr std::uint8_t length_is_u16 = 126;
constexpr std::uint8_t length_is_u64 = 127;
constexpr std::size_t start_bytes = 2;
constexpr std::size_t mask_bytes = 4;

// Network order is big-endian; the numbers of bytes.h are little-endian.
template <std::unsigned_integral T>
T load_network(const std::byte* from) {
  return std::byteswap(load<T>(from));
}
template <std::unsigned_integral T>
void store_network(std::byte* to, T value) {
  store(to, std::byteswap(value));
}

/// Returns the number of bytes that a length needs after the first two bytes.
std::size_t extended_length_bytes(std::uint64_t length) {
  if (length < length_is_u16) return 0;
  return length <= UINT16_MAX ? sizeof(std::uint16_t) : sizeof(std::uint64_t);
}

/// Returns the length in a complete header.
std::uint64_t length_in(const std::byte* header) {
  const auto length = static_cast<std::uint8_t>(header[1]) & length_bits;
  if (length == length_is_u16) return load_network<std::uint16_t>(header + start_bytes);
  if (length == length_is_u64) return load_network<std::uint64_t>(header + start_bytes);
  return static_cast<std::uint64_t>(length);
}

/// Copies `from` to `to` without the mask. Returns the mask for the next byte.
std::uint32_t unmask(Bytes from, std::byte* to, std::uint32_t mask) {
  const std::uint64_t mask_twice = std::uint64_t{mask} << 32 | mask;
  std::size_t at = 0;
  for (; at + sizeof mask_twice <= from.size(); at += sizeof mask_twice)
    store(to + at, load<std::uint64_t>(from.data() + at) ^ mask_twice);
  for (; at < from.size(); ++at) {
    to[at] = from[at] ^ static_cast<std::byte>(mask);
    mask = std::rotr(mask, 8);
  }
  return mask;
}

std::uint16_t number_of(CloseCode code) { return static_cast<std::uint16_t>(code); }

/// Returns whether a close frame may have this code (RFC 6455, 7.4, and IANA's registry of close codes).
bool may_be_sent(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

/// Returns the first byte of an unfragmented frame.
std::byte start_of(WebSocketOpcode opcode) {
  return std::byte(final_bit | static_cast<std::uint8_t>(opcode));
}

void append_control(Buffer& out, WebSocketOpcode opcode, Bytes payload) {
  const std::byte start[] = {start_of(opcode), std::byte(payload.size())};
  out.append(start);
  out.append(payload);
}

}  // namespace

WebSocketState WebSocket::receive(Bytes bytes, Buffer& data, Buffer& reply) {
  while (state_ == WebSocketState::open && !bytes.empty()) {
    switch (reading_) {
      case Reading::header: read_header(bytes, reply); break;
      case Reading::data_payload: read_data(bytes, data); break;
      case Reading::control_payload: read_control(bytes, reply); break;
    }
  }
  return state_;
}

void WebSocket::close(CloseCode code, std::string_view reason, Buffer& reply) {
  MADANG_CHECK(reason.size() <= close_reason_bytes_max, "the close reason of {} bytes is too long",
               reason.size());
  if (state_ != WebSocketState::open) return;
  become(WebSocketState::closed_by_us, number_of(code));
  std::array<std::byte, control_payload_bytes_max> payload;
  store_network(payload.data(), number_of(code));
  std::ranges::copy(as_bytes(reason), payload.begin() + sizeof code);
  append_control(reply, WebSocketOpcode::close, Bytes(payload).first(sizeof code + reason.size()));
}

void WebSocket::read_header(Bytes& bytes, Buffer& reply) {
  if (gathered_size_ < start_bytes) {
    if (!gather(bytes, start_bytes)) return;
    check_start(reply);
    if (state_ != WebSocketState::open) return;
  }
  if (gather(bytes, header_size())) begin_frame(reply);
}

void WebSocket::read_data(Bytes& bytes, Buffer& data) {
  const Bytes part = bytes.first(std::min<std::size_t>(bytes.size(), payload_left_));
  bytes = bytes.subspan(part.size());
  mask_ = unmask(part, data.extend(part.size()), mask_);
  payload_left_ -= static_cast<std::uint32_t>(part.size());
  if (payload_left_ == 0) reading_ = Reading::header;
}

void WebSocket::read_control(Bytes& bytes, Buffer& reply) {
  if (gather(bytes, payload_left_)) end_control(reply);
}

/// Moves bytes from `bytes` to gathered_ until there are `size` bytes. Returns whether all of them are there.
bool WebSocket::gather(Bytes& bytes, std::size_t size) {
  const Bytes part = bytes.first(std::min(bytes.size(), size - gathered_size_));
  std::ranges::copy(part, gathered_.begin() + gathered_size_);
  bytes = bytes.subspan(part.size());
  gathered_size_ += static_cast<std::uint8_t>(part.size());
  return gathered_size_ == size;
}

/// Returns the size of the header. Precondition: its first two bytes are gathered.
std::size_t WebSocket::header_size() const {
  switch (static_cast<std::uint8_t>(gathered_[1]) & length_bits) {
    case length_is_u16: return start_bytes + sizeof(std::uint16_t) + mask_bytes;
    case length_is_u64: return start_bytes + sizeof(std::uint64_t) + mask_bytes;
    default: return start_bytes + mask_bytes;
  }
}

/// Refuses a frame whose first two bytes are wrong.
void WebSocket::check_start(Buffer& reply) {
  const auto first = static_cast<std::uint8_t>(gathered_[0]);
  const auto second = static_cast<std::uint8_t>(gathered_[1]);
  const auto refuse_as = [&](std::string_view why) { refuse(CloseCode::protocol_error, why, reply); };

  if (first & reserved_bits) return refuse_as("a reserved bit is set");
  if (!(second & mask_bit)) return refuse_as("a frame without a mask");
  opcode_ = static_cast<WebSocketOpcode>(first & opcode_bits);
  switch (opcode_) {
    case WebSocketOpcode::continuation:
      if (!is_in_message_) refuse_as("a continuation without a message");
      return;
    case WebSocketOpcode::text:
    case WebSocketOpcode::binary:
      if (is_in_message_) return refuse_as("a message within a message");
      if (opcode_ == WebSocketOpcode::text) refuse(CloseCode::unsupported_data, "a text message", reply);
      return;
    case WebSocketOpcode::close:
    case WebSocketOpcode::ping:
    case WebSocketOpcode::pong:
      if (!(first & final_bit)) return refuse_as("a control frame in fragments");
      if ((second & length_bits) > control_payload_bytes_max) refuse_as("a control frame that is too long");
      return;
  }
  refuse_as("an unknown opcode");
}

/// Begins a frame. Its header is complete, and the first two bytes are right.
void WebSocket::begin_frame(Buffer& reply) {
  const auto first = static_cast<std::uint8_t>(gathered_[0]);
  const std::size_t mask_at = header_size() - mask_bytes;
  const std::uint64_t length = length_in(gathered_.data());
  if (extended_length_bytes(length) != mask_at - start_bytes)
    return refuse(CloseCode::protocol_error, "a length that is not in its shortest form", reply);
  if (length > INT64_MAX) return refuse(CloseCode::protocol_error, "a length of 64 bits", reply);
  mask_ = load<std::uint32_t>(gathered_.data() + mask_at);
  gathered_size_ = 0;
  if (length == 0 || (first & control_bit)) ++idle_frame_count_;

  if (first & control_bit) {
    payload_left_ = static_cast<std::uint32_t>(length);
    reading_ = Reading::control_payload;
    if (length == 0) end_control(reply);
    return;
  }
  if (!is_in_message_) message_bytes_ = 0;
  if (length > message_bytes_max_ - message_bytes_)
    return refuse(CloseCode::message_too_big, "a message that is too long", reply);
  message_bytes_ += static_cast<std::uint32_t>(length);
  is_in_message_ = !(first & final_bit);
  payload_left_ = static_cast<std::uint32_t>(length);
  if (length > 0) reading_ = Reading::data_payload;
}

/// Handles a control frame. Its payload is complete.
void WebSocket::end_control(Buffer& reply) {
  const Bytes payload = Bytes(gathered_).first(payload_left_);
  unmask(payload, gathered_.data(), mask_);
  gathered_size_ = 0;
  reading_ = Reading::header;
  if (opcode_ == WebSocketOpcode::ping) append_control(reply, WebSocketOpcode::pong, payload);
  if (opcode_ == WebSocketOpcode::pong) ++pong_count_;
  if (opcode_ == WebSocketOpcode::close) answer_close(payload, reply);
}

/// Replies to a close frame with the same code and reason.
void WebSocket::answer_close(Bytes payload, Buffer& reply) {
  std::uint16_t code = number_of(CloseCode::no_code);
  if (!payload.empty()) {
    if (payload.size() < sizeof code) return refuse(CloseCode::protocol_error, "half a close code", reply);
    code = load_network<std::uint16_t>(payload.data());
    if (!may_be_sent(code)) return refuse(CloseCode::protocol_error, "an invalid close code", reply);
    const std::string_view reason = as_text(payload.subspan(sizeof code));
    if (!utf8::is_valid(reason.begin(), reason.end()))
      return refuse(CloseCode::bad_text, "a close reason that is not UTF-8", reply);
  }
  become(WebSocketState::closed_by_peer, code);
  append_control(reply, WebSocketOpcode::close, payload);
}

void WebSocket::refuse(CloseCode code, std::string_view why, Buffer& reply) {
  close(code, why, reply);
  become(WebSocketState::refused, number_of(code));
}

void WebSocket::become(WebSocketState state, std::uint16_t code) {
  state_ = state;
  close_code_ = code;
}

void append_ping(Buffer& out) { append_control(out, WebSocketOpcode::ping, {}); }

void seal_message(Buffer& message) {
  MADANG_CHECK(message.size() >= message_header_bytes, "a message of {} bytes has no space for its header",
               message.size());
  const std::size_t payload = message.size() - message_header_bytes;
  if (payload < length_is_u16) {
    message.consume(sizeof(std::uint16_t));
    message.data()[1] = std::byte(payload);
  } else if (payload <= UINT16_MAX) {
    message.data()[1] = std::byte(length_is_u16);
    store_network(message.data() + start_bytes, static_cast<std::uint16_t>(payload));
  } else {
    constexpr std::size_t more = sizeof(std::uint64_t) - sizeof(std::uint16_t);
    std::byte* end = message.extend(more);
    std::memmove(end - payload + more, end - payload, payload);
    message.data()[1] = std::byte(length_is_u64);
    store_network(message.data() + start_bytes, static_cast<std::uint64_t>(payload));
  }
  message.data()[0] = start_of(WebSocketOpcode::binary);
}

}  // namespace madang::wire

// The codec: values to bytes and back, derived from the tables.
//
// Encoding writes into a Buffer with plain stores; what does not fit the format is a bug of the caller and
// fails a CHECK. Decoding is total: any bytes give the packet or CloseReason::bad_packet. Texts, blobs and
// lists of a decoded packet are views of the bytes that it came from. Pure; any thread.
#pragma once

#include <cstring>
#include <expected>
#include <string_view>
#include <type_traits>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/close_reason.h"
#include "wire/frame.h"
#include "wire/list.h"
#include "wire/table.h"

namespace madang::wire {

inline constexpr std::size_t text_bytes_max = 255;    ///< behind a length of u8
inline constexpr std::size_t blob_bytes_max = 65535;  ///< behind a length of u16
inline constexpr std::size_t list_size_max = 65535;   ///< behind a count of u16

// ---- How many bytes

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<List<T>> = true;

/// True when every value of the type takes the same number of bytes.
template <class T>
constexpr bool has_fixed_size() {
  if constexpr (Record<T>) {
    return std::apply(
        [](const auto&... fields) {
          return (has_fixed_size<typename std::remove_cvref_t<decltype(fields)>::Type>() && ...);
        },
        T::table.fields);
  } else {
    return Number<T> || Enumerated<T>;
  }
}

/// True when any bytes of the right number are a valid value.
template <class T>
constexpr bool has_only_valid_values() {
  if constexpr (Record<T>) {
    return std::apply(
        [](const auto&... fields) {
          return (has_only_valid_values<typename std::remove_cvref_t<decltype(fields)>::Type>() && ...);
        },
        T::table.fields);
  } else {
    return Number<T>;
  }
}

/// The bytes that this value takes; for a packet its body, without the frame's header.
template <class T>
constexpr std::size_t size_of(const T& value) {
  if constexpr (Number<T> || Enumerated<T>) {
    return sizeof(T);
  } else if constexpr (std::same_as<T, std::string_view>) {
    return sizeof(std::uint8_t) + value.size();
  } else if constexpr (std::same_as<T, Bytes>) {
    return sizeof(std::uint16_t) + value.size();
  } else if constexpr (is_list<T>) {
    using Item = typename T::Item;
    std::size_t size = sizeof(std::uint16_t);
    if constexpr (has_fixed_size<Item>()) {
      size += value.size() * size_of(Item{});
    } else if (value.is_received()) {
      size += value.bytes().size();
    } else {
      for (const Item& item : value.values()) size += size_of(item);
    }
    return size;
  } else {
    static_assert(Record<T>, "a field is a number, an enumeration, a text, a blob or a List of records");
    std::size_t size = 0;
    for_each_field<T>([&](const auto& field) { size += size_of(value.*(field.member)); });
    return size;
  }
}

/// The whole frame.
template <Packet P>
constexpr std::size_t frame_size_of(const P& packet) {
  return frame_header_bytes + size_of(packet);
}

/// The one list of a packet.
template <std::size_t index = 0, Packet P>
constexpr auto& list_of(P& packet) {
  constexpr auto field = std::get<index>(std::remove_const_t<P>::table.fields);
  if constexpr (is_list<typename decltype(field)::Type>) {
    return packet.*(field.member);
  } else {
    return list_of<index + 1>(packet);
  }
}

/// How many items fit into one frame of a packet whose list holds items of a fixed size.
template <Packet P>
constexpr std::size_t items_per_frame(std::size_t size_max = frame_size_max) {
  P empty;
  using Item = typename std::remove_cvref_t<decltype(list_of(empty))>::Item;
  static_assert(has_fixed_size<Item>());
  return (size_max - frame_size_of(empty)) / size_of(Item{});
}

// ---- Values to bytes

/// Writes the value, for which there is room, and returns where the next one goes.
template <class T>
std::byte* put(std::byte* to, const T& value);

/// Appends the packet as one whole frame.
template <Packet P>
void append(Buffer& out, const P& packet) {
  const std::size_t size = frame_size_of(packet);
  CHECK(size <= frame_size_max, "a {} of {} bytes", P::table.name, size);
  std::byte* to = out.extend(size);
  to = put(to, static_cast<std::uint16_t>(size));
  to = put(to, opcode_of<P>);
  put(to, packet);
}

/// Appends the packet as one frame of at most `size_max` bytes, or as more when its list is too long for one.
/// An empty list is no news: nothing is appended.
template <Packet P>
void append_split(Buffer& out, P packet, std::size_t size_max = frame_size_max) {
  auto& list = list_of(packet);
  auto values = list.values();
  list = {};
  const std::size_t room = size_max - frame_size_of(packet);
  while (!values.empty()) {
    std::size_t count = 0;
    for (std::size_t size = 0; count < values.size(); ++count) {
      size += size_of(values[count]);
      if (size > room) break;
    }
    CHECK(count > 0, "not one item of a {} fits into {} bytes", P::table.name, size_max);
    list = values.first(count);
    values = values.subspan(count);
    append(out, packet);
  }
}

inline std::byte* put_bytes(std::byte* to, Bytes bytes) {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

template <class T>
std::byte* put(std::byte* to, const T& value) {
  if constexpr (Number<T>) {
    store(to, value);
    return to + sizeof(T);
  } else if constexpr (Enumerated<T>) {
    return put(to, static_cast<std::uint8_t>(value));
  } else if constexpr (std::same_as<T, std::string_view>) {
    CHECK(value.size() <= text_bytes_max, "a text of {} bytes", value.size());
    return put_bytes(put(to, static_cast<std::uint8_t>(value.size())), as_bytes(value));
  } else if constexpr (std::same_as<T, Bytes>) {
    CHECK(value.size() <= blob_bytes_max, "a blob of {} bytes", value.size());
    return put_bytes(put(to, static_cast<std::uint16_t>(value.size())), value);
  } else if constexpr (is_list<T>) {
    CHECK(value.size() <= list_size_max, "a list of {}", value.size());
    to = put(to, static_cast<std::uint16_t>(value.size()));
    if (value.is_received()) return put_bytes(to, value.bytes());
    for (const auto& item : value.values()) to = put(to, item);
    return to;
  } else {
    for_each_field<T>([&](const auto& field) { to = put(to, value.*(field.member)); });
    return to;
  }
}

// ---- Bytes to values

/// The packet that this body is, all of it; or bad_packet.
template <Packet P>
std::expected<P, CloseReason> decode(Bytes body) {
  std::expected<P, CloseReason> packet;
  if (!take(body, *packet) || !body.empty()) packet = std::unexpected(CloseReason::bad_packet);
  return packet;
}

/// The next `count` bytes, or false.
inline bool take_bytes(Bytes& rest, std::size_t count, Bytes& bytes) {
  if (rest.size() < count) return false;
  bytes = rest.first(count);
  rest = rest.subspan(count);
  return true;
}

template <class Item>
bool take_list(Bytes& rest, List<Item>& list) {
  static_assert(size_of(Item{}) > 0, "a count without bytes would cost the peer nothing");
  std::uint16_t count = 0;
  if (!take(rest, count)) return false;
  const Bytes from_here = rest;
  if constexpr (has_fixed_size<Item>() && has_only_valid_values<Item>()) {
    Bytes items;
    if (!take_bytes(rest, count * size_of(Item{}), items)) return false;
  } else {
    Item item;
    for (std::size_t i = 0; i < count; ++i)
      if (!take(rest, item)) return false;
  }
  list = List<Item>::received(from_here.first(from_here.size() - rest.size()), count);
  return true;
}

template <class T>
bool take(Bytes& rest, T& value) {
  if constexpr (Number<T>) {
    if (rest.size() < sizeof(T)) return false;
    value = load<T>(rest.data());
    rest = rest.subspan(sizeof(T));
    return true;
  } else if constexpr (Enumerated<T>) {
    std::uint8_t number = 0;
    if (!take(rest, number) || number >= enumeration<T>.values.size()) return false;
    value = static_cast<T>(number);
    return true;
  } else if constexpr (std::same_as<T, std::string_view>) {
    std::uint8_t size = 0;
    Bytes bytes;
    if (!take(rest, size) || !take_bytes(rest, size, bytes)) return false;
    value = as_text(bytes);
    return true;
  } else if constexpr (std::same_as<T, Bytes>) {
    std::uint16_t size = 0;
    return take(rest, size) && take_bytes(rest, size, value);
  } else if constexpr (is_list<T>) {
    return take_list(rest, value);
  } else {
    return std::apply([&](const auto&... fields) { return (take(rest, value.*(fields.member)) && ...); },
                      T::table.fields);
  }
}

// ---- Equality, field by field

template <Record T>
bool operator==(const T& a, const T& b) {
  const auto equal = [](const auto& x, const auto& y) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(x)>, Bytes>) {
      return as_text(x) == as_text(y);
    } else {
      return x == y;
    }
  };
  return std::apply(
      [&](const auto&... fields) { return (equal(a.*(fields.member), b.*(fields.member)) && ...); },
      T::table.fields);
}

}  // namespace madang::wire

// The codec: encodes and decodes packets. The packet tables define the format.
//
// Encoding writes into a Buffer. A value that the format cannot hold is a bug of the caller (CHECK). Decoding
// never fails otherwise: any bytes give the packet or CloseReason::bad_packet. Texts, blobs and lists of a
// decoded packet are views of its bytes. Pure functions; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <expected>
#include <string_view>
#include <type_traits>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"
#include "madang/base/check.h"
#include "madang/base/close_reason.h"
#include "madang/base/real.h"
#include "madang/wire/frame.h"
#include "madang/wire/list.h"
#include "madang/wire/table.h"

namespace madang::wire {

inline constexpr std::size_t text_bytes_max = 255;    ///< its length is a u8
inline constexpr std::size_t blob_bytes_max = 65535;  ///< its length is a u16
inline constexpr std::size_t list_size_max = 65535;   ///< its count is a u16

// ---- Sizes

/// Returns whether every value of the type has the same number of bytes.
template <class T>
constexpr bool has_fixed_size() {
  if constexpr (Record<T>) {
    return std::apply(
        [](const auto&... fields) {
          return (has_fixed_size<typename std::remove_cvref_t<decltype(fields)>::Type>() && ...);
        },
        T::table.fields);
  } else if constexpr (is_array<T>) {
    return has_fixed_size<typename T::value_type>();
  } else {
    return Number<T> || Real<T> || is_quantised<T> || Enumerated<T> || std::same_as<T, bool>;
  }
}

/// Returns whether all bytes of the right number are a valid value.
template <class T>
constexpr bool has_only_valid_values() {
  if constexpr (Record<T>) {
    return std::apply(
        [](const auto&... fields) {
          return (has_only_valid_values<typename std::remove_cvref_t<decltype(fields)>::Type>() && ...);
        },
        T::table.fields);
  } else if constexpr (is_array<T>) {
    return has_only_valid_values<typename T::value_type>();
  } else {
    return Number<T> || is_quantised<T>;
  }
}

/// Returns the number of bytes of this value. For a packet, that is its body without the header of the frame.
template <class T>
constexpr std::size_t size_of(const T& value) {
  if constexpr (Number<T> || Real<T> || is_quantised<T> || Enumerated<T> || std::same_as<T, bool>) {
    return sizeof(T);
  } else if constexpr (std::same_as<T, std::string_view>) {
    return sizeof(std::uint8_t) + value.size();
  } else if constexpr (is_short_text<T>) {
    return size_of(value.view());
  } else if constexpr (is_array<T>) {
    std::size_t size = 0;
    for (const auto& item : value) size += size_of(item);
    return size;
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
    static_assert(Record<T>, "no packet can carry this type: wire/table.h lists the types of fields");
    std::size_t size = 0;
    for_each_field<T>([&](const auto& field) { size += size_of(value.*(field.member)); });
    return size;
  }
}

/// Returns the number of bytes of the packet's whole frame.
template <Packet P>
constexpr std::size_t frame_size_of(const P& packet) {
  return frame_header_bytes + size_of(packet);
}

/// Returns the only list of a packet.
template <std::size_t index = 0, Packet P>
constexpr auto& list_of(P& packet) {
  constexpr auto field = std::get<index>(std::remove_const_t<P>::table.fields);
  if constexpr (is_list<typename decltype(field)::Type>) {
    return packet.*(field.member);
  } else {
    return list_of<index + 1>(packet);
  }
}

/// Returns the number of list items that fit into one frame. Precondition: the items have a fixed size.
template <Packet P>
constexpr std::size_t items_per_frame(std::size_t size_max = frame_size_max) {
  P empty;
  using Item = typename std::remove_cvref_t<decltype(list_of(empty))>::Item;
  static_assert(has_fixed_size<Item>());
  return (size_max - frame_size_of(empty)) / size_of(Item{});
}

// ---- Encoding

/// Writes the value to `to`. Returns the place of the next value. Precondition: there is space for it.
template <class T>
std::byte* put(std::byte* to, const T& value);

/// Appends the packet as one whole frame. Precondition: it fits into a frame (CHECK).
template <Packet P>
void append(Buffer& out, const P& packet) {
  const std::size_t size = frame_size_of(packet);
  MADANG_CHECK(size <= frame_size_max, "the {} of {} bytes is too large", P::table.name, size);
  std::byte* to = out.extend(size);
  to = put(to, static_cast<std::uint16_t>(size));
  to = put(to, opcode_of<P>);
  put(to, packet);
}

/// Appends the packet as one frame of at most `size_max` bytes, or as several frames when its list is too
/// long. Appends nothing when the list is empty.
template <Packet P>
void append_split(Buffer& out, P packet, std::size_t size_max = frame_size_max) {
  auto& list = list_of(packet);
  auto values = list.values();
  list = {};
  const std::size_t capacity = size_max - frame_size_of(packet);
  while (!values.empty()) {
    std::size_t count = 0;
    for (std::size_t size = 0; count < values.size(); ++count) {
      size += size_of(values[count]);
      if (size > capacity) break;
    }
    MADANG_CHECK(count > 0, "an item of the {} does not fit into {} bytes", P::table.name, size_max);
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
  } else if constexpr (Real<T>) {
    MADANG_CHECK(is_finite(value), "a real field is infinite or not a number");
    return put(to, std::bit_cast<BitsOf<T>>(value));
  } else if constexpr (is_quantised<T>) {
    return put(to, value.steps());
  } else if constexpr (Enumerated<T> || std::same_as<T, bool>) {
    return put(to, static_cast<std::uint8_t>(value));
  } else if constexpr (is_short_text<T>) {
    return put(to, value.view());
  } else if constexpr (is_array<T>) {
    for (const auto& item : value) to = put(to, item);
    return to;
  } else if constexpr (std::same_as<T, std::string_view>) {
    MADANG_CHECK(value.size() <= text_bytes_max, "the text of {} bytes is too long", value.size());
    return put_bytes(put(to, static_cast<std::uint8_t>(value.size())), as_bytes(value));
  } else if constexpr (std::same_as<T, Bytes>) {
    MADANG_CHECK(value.size() <= blob_bytes_max, "the blob of {} bytes is too long", value.size());
    return put_bytes(put(to, static_cast<std::uint16_t>(value.size())), value);
  } else if constexpr (is_list<T>) {
    MADANG_CHECK(value.size() <= list_size_max, "the list of {} items is too long", value.size());
    to = put(to, static_cast<std::uint16_t>(value.size()));
    if (value.is_received()) return put_bytes(to, value.bytes());
    for (const auto& item : value.values()) to = put(to, item);
    return to;
  } else {
    for_each_field<T>([&](const auto& field) { to = put(to, value.*(field.member)); });
    return to;
  }
}

// ---- Decoding

/// Returns the packet that this whole body encodes, or bad_packet.
template <Packet P>
std::expected<P, CloseReason> decode(Bytes body) {
  std::expected<P, CloseReason> packet;
  if (!parse(body, *packet) || !body.empty()) packet = std::unexpected(CloseReason::bad_packet);
  return packet;
}

/// Moves the first `count` bytes from `rest` to `bytes`. Returns false when there are fewer.
inline bool parse_bytes(Bytes& rest, std::size_t count, Bytes& bytes) {
  if (rest.size() < count) return false;
  bytes = rest.first(count);
  rest = rest.subspan(count);
  return true;
}

/// Parses a list from the front of `rest`. Returns false when the bytes are no such list.
template <class Item>
bool parse_list(Bytes& rest, List<Item>& list) {
  static_assert(size_of(Item{}) > 0,
                "each item has bytes, because a count without bytes would cost the peer nothing");
  std::uint16_t count = 0;
  if (!parse(rest, count)) return false;
  const Bytes first_item = rest;
  if constexpr (has_fixed_size<Item>() && has_only_valid_values<Item>()) {
    Bytes items;
    if (!parse_bytes(rest, count * size_of(Item{}), items)) return false;
  } else {
    Item item;
    for (std::size_t i = 0; i < count; ++i)
      if (!parse(rest, item)) return false;
  }
  list = List<Item>::received(first_item.first(first_item.size() - rest.size()), count);
  return true;
}

template <class T>
bool parse(Bytes& rest, T& value) {
  if constexpr (Number<T>) {
    if (rest.size() < sizeof(T)) return false;
    value = load<T>(rest.data());
    rest = rest.subspan(sizeof(T));
    return true;
  } else if constexpr (Real<T>) {
    BitsOf<T> bits = 0;
    if (!parse(rest, bits)) return false;
    value = std::bit_cast<T>(bits);
    return is_finite(value);
  } else if constexpr (is_quantised<T>) {
    typename T::Steps steps = 0;
    if (!parse(rest, steps)) return false;
    value = T::of_steps(steps);
    return true;
  } else if constexpr (Enumerated<T>) {
    std::uint8_t number = 0;
    if (!parse(rest, number) || (!is_open<T> && number >= enumeration<T>.values.size())) return false;
    value = static_cast<T>(number);
    return true;
  } else if constexpr (std::same_as<T, bool>) {
    std::uint8_t number = 0;
    if (!parse(rest, number) || number > 1) return false;
    value = number == 1;
    return true;
  } else if constexpr (is_short_text<T>) {
    std::string_view text;
    if (!parse(rest, text) || text.size() > T::capacity) return false;
    value.assign(text);
    return true;
  } else if constexpr (is_array<T>) {
    return std::ranges::all_of(value, [&](auto& item) { return parse(rest, item); });
  } else if constexpr (std::same_as<T, std::string_view>) {
    std::uint8_t size = 0;
    Bytes bytes;
    if (!parse(rest, size) || !parse_bytes(rest, size, bytes)) return false;
    value = as_text(bytes);
    return true;
  } else if constexpr (std::same_as<T, Bytes>) {
    std::uint16_t size = 0;
    return parse(rest, size) && parse_bytes(rest, size, value);
  } else if constexpr (is_list<T>) {
    return parse_list(rest, value);
  } else {
    return std::apply([&](const auto&... fields) { return (parse(rest, value.*(fields.member)) && ...); },
                      T::table.fields);
  }
}

// ---- Equality, field by field

/// Returns whether two values have the same fields and items.
template <class T>
bool are_equal(const T& a, const T& b) {
  if constexpr (Record<T>) {
    return std::apply(
        [&](const auto&... fields) { return (are_equal(a.*(fields.member), b.*(fields.member)) && ...); },
        T::table.fields);
  } else if constexpr (is_list<T> || is_array<T>) {
    return a.size() == b.size() &&
           std::ranges::equal(a, b, [](const auto& x, const auto& y) { return are_equal(x, y); });
  } else if constexpr (std::same_as<T, Bytes>) {
    return as_text(a) == as_text(b);
  } else {
    return a == b;
  }
}

template <Record T>
bool operator==(const T& a, const T& b) {
  return are_equal(a, b);
}

}  // namespace madang::wire

// The parameters of a statement in PostgreSQL's binary form. Values only: no statement is built from a text.
//
// A number is a bigint (8 bytes, big-endian), a text and a bytea are their bytes. An array has a header: the
// number of dimensions, whether there are nulls, the type of its elements, its length and its first index.
// Then come its elements, each behind its length.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/keeper/stored_values.h"

namespace madang::keeper {

/// Appends a number in PostgreSQL's byte order.
template <std::integral T>
void append_big_endian(std::string& to, T value) {
  std::array<std::byte, 8> bytes;
  put_big_endian(bytes.data(), static_cast<std::uint64_t>(value));
  to.append(as_text(bytes).substr(8 - sizeof(T)));
}

/// An array of PostgreSQL with one dimension.
class PostgresArray {
 public:
  static constexpr std::uint32_t bytea = 17, int8 = 20, text = 25;  ///< PostgreSQL's numbers of these types

  explicit PostgresArray(std::uint32_t type) {
    append_big_endian(bytes_, std::int32_t{1});
    append_big_endian(bytes_, std::int32_t{0});
    append_big_endian(bytes_, type);
    append_big_endian(bytes_, std::int32_t{0});
    append_big_endian(bytes_, std::int32_t{1});
  }

  template <std::integral T>
  void add(T value) {
    append_big_endian(bytes_, std::int32_t{8});
    append_big_endian(bytes_, static_cast<std::int64_t>(value));
    count();
  }
  void add(Bytes value) { add(as_text(value)); }
  void add(std::string_view value) {
    append_big_endian(bytes_, static_cast<std::int32_t>(value.size()));
    bytes_.append(value);
    count();
  }

  bool is_empty() const { return size_ == 0; }
  const std::string& bytes() const { return bytes_; }

 private:
  void count() {
    std::string length;
    append_big_endian(length, ++size_);
    bytes_.replace(12, 4, length);
  }

  std::string bytes_;
  std::int32_t size_ = 0;
};

struct Numbers : PostgresArray {
  Numbers() : PostgresArray(int8) {}
};
struct ByteStrings : PostgresArray {
  ByteStrings() : PostgresArray(bytea) {}
};
struct Texts : PostgresArray {
  Texts() : PostgresArray(text) {}
};

/// Returns the bytes of a parameter.
template <std::integral T>
std::string parameter(T value) {
  std::string bytes;
  append_big_endian(bytes, static_cast<std::int64_t>(value));
  return bytes;
}
inline std::string_view parameter(Bytes value) { return as_text(value); }
inline std::string_view parameter(std::string_view value) { return value; }
inline std::string_view parameter(const PostgresArray& value) { return value.bytes(); }

}  // namespace madang::keeper

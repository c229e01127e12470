// How the store's values stand in a database. All kinds of databases have the same bytes.
//
// A holder has 17 bytes: its type, then its id. An id has 16 bytes. Both are big-endian, so that the order of
// the rows is that of the values. An unsigned number of 64 bits is stored as the signed one with the same
// bits.
//
// What comes from a database may be anything: bytes of a wrong size give a value that the audit finds.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/keeper/hash.h"
#include "madang/keeper/transfer.h"

namespace madang::keeper {

using HolderBytes = std::array<std::byte, 17>;
using IdBytes = std::array<std::byte, 16>;

inline void put_big_endian(std::byte* to, std::uint64_t value) {
  for (int i = 7; i >= 0; --i, value >>= 8) to[i] = static_cast<std::byte>(value & 0xff);
}
inline std::uint64_t big_endian(Bytes bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes.first(8)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

inline IdBytes bytes_of(const wire::Id& id) {
  IdBytes bytes;
  put_big_endian(bytes.data(), id.high);
  put_big_endian(bytes.data() + 8, id.low);
  return bytes;
}
inline HolderBytes bytes_of(const Holder& holder) {
  HolderBytes bytes{static_cast<std::byte>(holder.type)};
  put_big_endian(bytes.data() + 1, holder.id.high);
  put_big_endian(bytes.data() + 9, holder.id.low);
  return bytes;
}

inline wire::Id id_in(Bytes bytes) {
  if (bytes.size() != sizeof(IdBytes)) return {};
  return {big_endian(bytes), big_endian(bytes.subspan(8))};
}
inline Holder holder_in(Bytes bytes) {
  if (bytes.size() != sizeof(HolderBytes)) return {};
  return {static_cast<HolderType>(bytes[0]), id_in(bytes.subspan(1))};
}
inline Hash hash_in(Bytes bytes) {
  Hash hash;
  if (bytes.size() == hash.bytes.size()) std::ranges::copy(bytes, hash.bytes.begin());
  return hash;
}
inline std::vector<std::byte> copy_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace madang::keeper

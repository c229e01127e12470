// check_proxy_input(): the check of the PROXY header fuzzer. The unit tests use it, too. The bytes may be cut
// at any place; the result must be the same.
#pragma once

#include <cstddef>

#include "madang/base/bytes.h"
#include "madang/base/check.h"
#include "madang/wire/proxy_header.h"

namespace madang::wire {

inline bool is_same(const ProxyHeader& a, const ProxyHeader& b) {
  return a.state == b.state && a.size == b.size && a.source == b.source && a.is_local == b.is_local;
}

/// Reads all beginnings of `input`, like the bytes of a connection that brings single bytes.
inline void check_proxy_input(Bytes input) {
  const ProxyHeader whole = read_proxy_header(input);
  bool is_decided = false;
  for (std::size_t size = 0; size <= input.size(); ++size) {
    const ProxyHeader header = read_proxy_header(input.first(size));
    if (header.state == ProxyHeaderState::need_more) {
      MADANG_CHECK(!is_decided, "a decided state must not change");
      MADANG_CHECK(size < proxy_v2_bytes_max, "this many bytes are enough to decide");
      MADANG_CHECK(!header.source && header.size == 0);
      continue;
    }
    if (header.state == ProxyHeaderState::whole && !is_decided)
      MADANG_CHECK(header.size == size, "the header is whole with its last byte");
    MADANG_CHECK(is_same(header, whole), "the result is the same as in one piece");
    is_decided = true;
  }
  MADANG_CHECK(is_decided == (whole.state != ProxyHeaderState::need_more));
}

}  // namespace madang::wire

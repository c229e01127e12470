// What the fuzzer of PROXY headers does with its bytes, also run by the unit tests over bytes of their own
// making: however the bytes are cut, the answer is the same.
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/proxy_header.h"

namespace madang::wire {

inline bool is_same(const ProxyHeader& a, const ProxyHeader& b) {
  return a.state == b.state && a.size == b.size && a.source == b.source && a.is_local == b.is_local;
}

/// Shows the reader all beginnings of `input`, as a connection would that brings single bytes.
inline void check_proxy_input(Bytes input) {
  const ProxyHeader whole = read_proxy_header(input);
  bool is_decided = false;
  for (std::size_t size = 0; size <= input.size(); ++size) {
    const ProxyHeader header = read_proxy_header(input.first(size));
    if (header.state == ProxyHeaderState::need_more) {
      CHECK(!is_decided, "an answer is not taken back");
      CHECK(size < proxy_v2_bytes_max, "no more is needed to decide");
      CHECK(!header.source && header.size == 0);
      continue;
    }
    if (header.state == ProxyHeaderState::whole && !is_decided)
      CHECK(header.size == size, "whole with its last byte");
    CHECK(is_same(header, whole), "the answer in one piece");
    is_decided = true;
  }
  CHECK(is_decided == (whole.state != ProxyHeaderState::need_more));
}

}  // namespace madang::wire

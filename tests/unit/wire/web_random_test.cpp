// The fuzzer's check, with requests and frames that are nearly right.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fuzz/web_input.h"
#include "madang/base/random.h"
#include "unit/wire/websocket_peer.h"

namespace madang::wire {
namespace {

TEST(Web, DamagedRequestsAndFramesComeToTheSameHoweverTheyAreCut) {
  const std::vector<std::string> originals = {
      "GET /socket?x=1 HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nbehind",
      "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 7\r\n\r\nhello!!more",
      binary("one") + ping("?") + frame(0x02, "half") + pong("!") + frame(0x80, "whole") +
          close_frame(1000, "bye"),
  };
  Random random(1);
  for (int i = 0; i < 60'000; ++i) {
    std::string bytes = originals[random.below(static_cast<std::uint32_t>(originals.size()))];
    for (std::uint32_t changes = random.below(4); changes > 0; --changes) {
      const std::size_t at = random.below(static_cast<std::uint32_t>(bytes.size()));
      switch (random.below(4)) {
        case 0: bytes[at] = static_cast<char>(random.below(256)); break;
        case 1: bytes.erase(at, 1 + random.below(3)); break;
        case 2:
          bytes.insert(
              at, bytes.substr(random.below(static_cast<std::uint32_t>(bytes.size())), random.below(40)));
          break;
        default: bytes.insert(at, 1, "\r\n :,\t"[random.below(6)]); break;
      }
      if (bytes.empty()) bytes = " ";
    }
    bytes.insert(0, 1, static_cast<char>(random.below(256)));
    check_web_input(as_bytes(bytes));
  }
}

}  // namespace
}  // namespace madang::wire

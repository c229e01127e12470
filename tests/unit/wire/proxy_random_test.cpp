// The fuzzer's check, with headers that are nearly right and with random bytes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fuzz/proxy_input.h"
#include "madang/base/random.h"

namespace madang::wire {
namespace {

std::string header_v2(char command, char family, const std::string& body) {
  std::string text("\r\n\r\n\0\r\nQUIT\n", 12);
  text += {command, family, static_cast<char>(body.size() >> 8), static_cast<char>(body.size())};
  return text + body;
}

TEST(ProxyHeader, DamagedHeadersComeToTheSameHoweverTheyAreCut) {
  const std::vector<std::string> originals = {
      "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nbehind",
      "PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 65535 0\r\nbehind",
      "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
      "PROXY UNKNOWN\r\nPROXY UNKNOWN\r\n",
      header_v2(0x21, 0x11, std::string(12, '\1')) + "behind",
      header_v2(0x21, 0x21, std::string(36, '\2')) + "behind",
      header_v2(0x21, 0x21, std::string(520, '\3')) + "behind",
      header_v2(0x20, 0x00, "") + "behind",
      header_v2(0x21, 0x31, std::string(216, '\4')),
  };
  Random random(1);
  std::uint32_t whole = 0;
  constexpr int rounds = 20'000;
  for (int i = 0; i < rounds; ++i) {
    std::string bytes = originals[random.below(static_cast<std::uint32_t>(originals.size()))];
    for (std::uint32_t changes = random.below(4); changes > 0 && !bytes.empty(); --changes) {
      const std::size_t at = random.below(static_cast<std::uint32_t>(bytes.size()));
      switch (random.below(5)) {
        case 0: bytes[at] = static_cast<char>(random.below(256)); break;
        case 1: bytes.erase(at, 1 + random.below(3)); break;
        case 2: bytes.insert(at, bytes.substr(at, random.below(60))); break;
        case 3: bytes.resize(at); break;
        default: bytes.insert(at, 1, "\r\n :.0"[random.below(6)]); break;
      }
    }
    check_proxy_input(as_bytes(bytes));
    if (read_proxy_header(as_bytes(bytes)).state == ProxyHeaderState::whole) ++whole;
  }
  EXPECT_GT(whole, rounds / 5) << "too few headers were whole";
  EXPECT_LT(whole, rounds * 4 / 5) << "too many headers were whole";
}

}  // namespace
}  // namespace madang::wire

#include "madang/base/sip_hash.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace madang {
namespace {

/// Returns the hash of `count` numbers whose bytes are 0, 1, 2 and so on, as `openssl mac` prints it.
std::string sip_hash_of_bytes(std::size_t count) {
  std::vector<std::uint64_t> numbers(count);
  std::uint64_t next = 0;
  for (std::uint64_t& number : numbers)
    for (int byte = 0; byte < 8; ++byte) number |= (next++ & 0xff) << (8 * byte);
  const Hash128 hash = sip_hash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, numbers);
  std::string text;
  for (const std::uint64_t half : {hash.first, hash.second})
    for (int byte = 0; byte < 8; ++byte) text += fmt::format("{:02X}", half >> (8 * byte) & 0xff);
  return text;
}

// Made by OpenSSL 3.0, with FILE holding 8 * count bytes 00, 01, 02 ...:
//   openssl mac -macopt hexkey:000102030405060708090a0b0c0d0e0f -macopt size:16 -in FILE SipHash
TEST(SipHash, GivesTheValuesOfOpenSsl) {
  EXPECT_EQ(sip_hash_of_bytes(0), "A3817F04BA25A8E66DF67214C7550293");
  EXPECT_EQ(sip_hash_of_bytes(1), "3B62A9BA6258F5610F83E264F31497B4");
  EXPECT_EQ(sip_hash_of_bytes(2), "6EE2A4CA67B054BBFD3315BF85230577");
  EXPECT_EQ(sip_hash_of_bytes(4), "7C3956CA5EEAFC3E363E9D556546EB68");
  EXPECT_EQ(sip_hash_of_bytes(7), "1938F2CF72D54EE97E94166FA91D2A36");
  EXPECT_EQ(sip_hash_of_bytes(32), "67A00304D3834C4612EAEE7B5F579ACB");  // 256 bytes: the length wraps
}

TEST(SipHash, DependsOnBothHalvesOfTheKey) {
  const std::uint64_t one = 1;
  const std::span<const std::uint64_t> numbers(&one, 1);
  const Hash128 hash = sip_hash({5, 6}, numbers);
  EXPECT_EQ(sip_hash({5, 6}, numbers), hash);
  EXPECT_FALSE(sip_hash({6, 6}, numbers) == hash);
  EXPECT_FALSE(sip_hash({5, 5}, numbers) == hash);
  EXPECT_FALSE(sip_hash({6, 5}, numbers) == hash);
}

}  // namespace
}  // namespace madang

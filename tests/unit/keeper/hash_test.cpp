#include "madang/keeper/hash.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace madang::keeper {
namespace {

/// Returns bytes with the values 0, 1, 2 and so on.
std::vector<std::byte> counting(std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(i);
  return bytes;
}

// Made by Python 3.11, which has code of the authors of BLAKE2: hashlib.blake2b(bytes,
// digest_size=32).hexdigest(). `b2sum -l 256` of GNU coreutils 9.1 gives the same for the same bytes.
TEST(Hash, HasTheValuesOfPython) {
  EXPECT_EQ(text_of(hash_of({})), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(text_of(hash_of(as_bytes("abc"))),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  EXPECT_EQ(text_of(hash_of(counting(1))),
            "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314");
  EXPECT_EQ(text_of(hash_of(counting(64))),
            "10d8e6d534b00939843fe9dcc4dae48cdf008f6b8b2b82b156f5404d874887f5");
  EXPECT_EQ(text_of(hash_of(std::vector<std::byte>(1'000'000))),
            "0cbf381956ec0d36533b813283c85bc12142a0512ae86f59e0d4342af99010b6");
}

// A block of BLAKE2b has 128 bytes.
TEST(Hash, HasTheValuesOfPythonAroundTheEndOfABlock) {
  EXPECT_EQ(text_of(hash_of(counting(127))),
            "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72");
  EXPECT_EQ(text_of(hash_of(counting(128))),
            "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1");
  EXPECT_EQ(text_of(hash_of(counting(129))),
            "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9");
  EXPECT_EQ(text_of(hash_of(counting(255))),
            "1d0850ee9bca0abc9601e9deabe1418fedec2fb6ac4150bd5302d2430f9be943");
  EXPECT_EQ(text_of(hash_of(counting(256))),
            "39a7eb9fedc19aabc83425c6755dd90e6f9d0c804964a1f4aaeea3b9fb599835");
}

// Made by Python 3.11: hashlib.blake2b(bytes, digest_size=32, key=bytes(range(64))).hexdigest(). The last key
// is bytes(range(16)).
TEST(Hash, WithAKeyHasTheValuesOfPython) {
  const std::vector<std::byte> key = counting(64);
  EXPECT_EQ(text_of(Hasher(key).finish()),
            "2fa9fbd9be36437de204e139e97d402bce68c828f43391608c891b5faed8a98a");
  EXPECT_EQ(text_of(Hasher(key).add(counting(1)).finish()),
            "34758b647135628297fb09c7930cd04e9528e5669112f5b1318493e14de77e55");
  EXPECT_EQ(text_of(Hasher(key).add(counting(128)).finish()),
            "6a591b356f19ca93ae2bcc7406653ff34aea53cea58bec62803e571d94944165");
  EXPECT_EQ(text_of(Hasher(key).add(counting(255)).finish()),
            "fe7b76a61787c089141f9e10fca1e5092488d89c62ea793fb2c5b1f849b4f2cb");
  EXPECT_EQ(text_of(Hasher(counting(16)).add(as_bytes("abc")).finish()),
            "3fd8fd31501cdbe942607b204368e3dc4ebce5744de1a955a6025f5c9848bb20");
}

TEST(Hash, DoesNotDependOnThePartsInWhichBytesAreAdded) {
  const std::vector<std::byte> bytes = counting(300);
  const Bytes all = bytes;
  const Hash hash = hash_of(all);
  for (std::size_t first = 0; first <= all.size(); ++first)
    EXPECT_EQ(Hasher().add(all.first(first)).add({}).add(all.subspan(first)).finish(), hash) << first;
  const auto one_by_one = std::make_unique<Hasher>();
  for (const std::byte& byte : bytes) one_by_one->add({&byte, 1});
  EXPECT_EQ(one_by_one->finish(), hash);
}

TEST(Hash, OfACopiedHasherGoesOnFromTheCopiedBytes) {
  Hasher original;
  original.add(as_bytes("ab"));
  Hasher copy = original;
  original.add(as_bytes("x"));
  EXPECT_EQ(copy.add(as_bytes("c")).finish(), hash_of(as_bytes("abc")));
  EXPECT_EQ(original.finish(), hash_of(as_bytes("abx")));
}

TEST(Hash, IsOrderedByItsBytes) {
  Hash low, high;
  low.bytes[1] = std::byte{0xff};
  high.bytes[0] = std::byte{0x01};
  EXPECT_LT(low, high);
  EXPECT_EQ(text_of(low), "00ff" + std::string(60, '0'));
}

TEST(HashDeathTest, AHasherIsFinishedOnce) {
  Hasher hasher;
  hasher.finish();
  EXPECT_DEATH(hasher.finish(), "finished twice");
  EXPECT_DEATH(hasher.add({}), "bytes are added to a hash that is finished");
}

TEST(HashDeathTest, AKeyHasAllowedBytes) {
  EXPECT_DEATH(Hasher(counting(15)), "a key of 15 bytes; 16 to 64 are allowed");
  EXPECT_DEATH(Hasher(counting(65)), "a key of 65 bytes; 16 to 64 are allowed");
}

}  // namespace
}  // namespace madang::keeper

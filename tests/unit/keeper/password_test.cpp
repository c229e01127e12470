#include "madang/keeper/password.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace madang::keeper {
namespace {

constexpr PasswordCost cheap_password_cost{.memory_kib = 8, .passes = 1};

std::string hash_of_password(std::string_view password, const PasswordCost& cost = cheap_password_cost) {
  const auto hash = hash_password(as_bytes(password), cost);
  EXPECT_TRUE(hash);
  return hash.value_or("");
}

bool password_opens(std::string_view hash, std::string_view password) {
  return verifies(hash, as_bytes(password));
}

bool is_same_password(std::string_view one, std::string_view other) {
  return password_opens(hash_of_password(one), other) && password_opens(hash_of_password(other), one);
}

TEST(Password, OpensItsOwnHashAndNoOther) {
  const std::string hash = hash_of_password("correct horse");
  EXPECT_TRUE(password_opens(hash, "correct horse"));
  for (const char* wrong : {"correct Horse", "correct hors", "correct horse ", " correct horse", "", "x"})
    EXPECT_FALSE(password_opens(hash, wrong)) << wrong;
  EXPECT_FALSE(password_opens(hash_of_password("battery staple"), "correct horse"));
}

TEST(Password, HasANewSaltInEachHash) {
  const std::string one = hash_of_password("correct horse");
  const std::string other = hash_of_password("correct horse");
  EXPECT_NE(one, other);
  EXPECT_TRUE(password_opens(one, "correct horse") && password_opens(other, "correct horse"));
}

TEST(Password, HasAHashThatNamesArgon2idAndItsCost) {
  const std::string hash = hash_of_password("correct horse", {.memory_kib = 64, .passes = 3});
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=64,t=3,p=1$")) << hash.substr(0, 28);
  EXPECT_EQ(cost_of(hash), (PasswordCost{.memory_kib = 64, .passes = 3}));
  EXPECT_EQ(PasswordCost(), (PasswordCost{.memory_kib = 19'456, .passes = 2}));
  EXPECT_TRUE(password_opens(hash_of_password("correct horse", PasswordCost()), "correct horse"));
}

// Computed by Argon2's reference code (Debian's package argon2 0~20171227-0.3): -id -v 13 -t 2 -k 64 -p 1
// -l 32.
TEST(Password, HasTheHashOfTheReferenceCode) {
  const std::string_view hash =
      "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$5jdMIzWoFbzSOl6k3wai9uU3f8LD+HmGXQgo1uhHQPI";
  EXPECT_TRUE(password_opens(hash, "correct horse"));
  EXPECT_FALSE(password_opens(hash, "correct horsf"));
}

TEST(Password, HasEightToThousandAndTwentyFourBytes) {
  using enum PasswordFault;
  const auto fault = [](std::string_view text) { return fault_of(as_bytes(text)); };
  EXPECT_EQ(fault(""), too_short);
  EXPECT_EQ(fault("7 bytes"), too_short);
  EXPECT_EQ(fault("8  bytes"), std::nullopt);
  EXPECT_EQ(fault(std::string(1024, 'x')), std::nullopt);
  EXPECT_EQ(fault(std::string(1025, 'x')), too_long);
  EXPECT_EQ(fault(std::string(1'000'000, 'x')), too_long);
  EXPECT_EQ(fault(std::string(8, '\0')), std::nullopt);
  EXPECT_EQ(fault("\U0001f600\U0001f600"), std::nullopt) << "two emoji are eight bytes";
  EXPECT_EQ(fault("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"), std::nullopt) << "bytes that are no text";
  EXPECT_EQ(fault("abcdefe\u0301"), std::nullopt);
  EXPECT_EQ(fault("abcdee\u0301"), too_short) << "eight bytes as sent, and seven in NFC";
}

TEST(Password, CountsToItsLastByte) {
  const std::string longest(1024, 'x');
  const std::string hash = hash_of_password(longest);
  EXPECT_TRUE(password_opens(hash, longest));
  EXPECT_FALSE(password_opens(hash, longest.substr(1)));
  EXPECT_FALSE(password_opens(hash, longest.substr(1) + "y"));
  EXPECT_FALSE(password_opens(hash, longest + "x")) << "not cut off at the maximum";
  EXPECT_FALSE(password_opens(hash, std::string(1'000'000, 'x')));
}

TEST(Password, CountsItsNulBytes) {
  const auto bytes = [](std::size_t nuls, std::string_view end) {
    return "abcdefgh" + std::string(nuls, '\0') + std::string(end);
  };
  EXPECT_FALSE(is_same_password(bytes(1, "x"), bytes(1, "y")));
  EXPECT_FALSE(is_same_password(bytes(0, ""), bytes(1, "x")));
  EXPECT_FALSE(is_same_password(bytes(0, ""), bytes(1, "")));
  EXPECT_FALSE(is_same_password(std::string(8, '\0'), std::string(9, '\0')));
  EXPECT_TRUE(is_same_password(bytes(2, "x"), bytes(2, "x")));
}

TEST(Password, IsOneWhenItIsTypedOnTwoSystems) {
  EXPECT_TRUE(is_same_password("ma\u00f1ana 12", "man\u0303ana 12")) << "composed or not";
  EXPECT_TRUE(is_same_password("마당쇠", "\u1106\u1161\u1103\u1161\u11bc\u1109\u116c"));
  EXPECT_TRUE(is_same_password("two words", "two\u00a0words")) << "a space that does not break lines";
  EXPECT_TRUE(is_same_password("two words", "two\u3000words"));
  EXPECT_TRUE(is_same_password("q\u0323\u0307 marks", "q\u0307\u0323 marks")) << "marks in another order";
  EXPECT_TRUE(is_same_password("\U0001f600\U0001f680", "\U0001f600\U0001f680"));
}

TEST(Password, KeepsWhatOnlyLooksAlikeApart) {
  EXPECT_FALSE(is_same_password("password", "Password"));
  EXPECT_FALSE(is_same_password("password", "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44"))
      << "full width";
  EXPECT_FALSE(is_same_password("p\u0430ssword", "password")) << "a Cyrillic letter";
  EXPECT_FALSE(is_same_password("two\twords", "two words")) << "a tab is no space";
  EXPECT_FALSE(is_same_password("two  words", "two words"));
  EXPECT_FALSE(is_same_password("\ufb01sh fish", "fish fish")) << "a ligature";
  EXPECT_FALSE(is_same_password("\xff man\u0303ana", "\xff ma\u00f1ana")) << "bytes that are no text stay";
}

TEST(Password, WhoseNormalFormIsTooLongIsTooLong) {
  std::string sent;
  for (int i = 0; i < 341; ++i) sent += "\u0958";  // 1,023 bytes, and 2,046 in NFC
  EXPECT_EQ(fault_of(as_bytes(sent)), PasswordFault::too_long);
  EXPECT_FALSE(password_opens(hash_of_password("correct horse"), sent));
  std::string spaces = std::string(1, 'x');
  for (int i = 0; i < 341; ++i) spaces += "\u3000";  // 1,024 bytes, and 342 in the normal form
  EXPECT_TRUE(is_same_password(spaces, "x" + std::string(341, ' ')));
}

TEST(Password, IsRefusedForAnyBytesThatAreNoHash) {
  const std::string good = hash_of_password("correct horse");
  const auto replaced = [&](std::string_view part, std::string_view by) {
    std::string hash = good;
    return hash.replace(hash.find(part), part.size(), by);
  };
  const std::string bad[] = {"",
                             "$",
                             "x",
                             std::string(128, '\0'),
                             std::string(1'000'000, '$'),
                             good + " ",
                             good + std::string(1, '\0'),
                             good.substr(1),
                             good.substr(0, good.size() - 1),
                             "x" + good,
                             good + "A",
                             good + good,
                             replaced("argon2id", "argon2i"),
                             replaced("argon2id", "argon2d"),
                             replaced("v=19", "v=16"),
                             replaced("m=8", "m=0"),
                             replaced("m=8", "m=7"),
                             replaced("m=8", "m=08"),
                             replaced("m=8", "m=-8"),
                             replaced("m=8", "m="),
                             replaced("m=8", "m=1048577"),
                             replaced("m=8", "m=4294967295"),
                             replaced("m=8", "m=99999999999999999999"),
                             replaced("t=1", "t=0"),
                             replaced("t=1", "t=101"),
                             replaced("t=1", "t=4294967295"),
                             replaced("p=1", "p=2"),
                             replaced("p=1", "p=16777215"),
                             replaced("p=1$", "p=1$$"),
                             replaced("p=1$", "p=1"),
                             replaced("p=1$", "p=1$A"),
                             replaced(good.substr(good.size() - 2), "\xff\xff"),
                             "$argon2id$v=19$m=8,t=1,p=1$$",
                             "$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
                             "correct horse"};
  ASSERT_TRUE(password_opens(good, "correct horse"));
  for (const std::string& hash : bad) {
    EXPECT_FALSE(cost_of(hash)) << hash.substr(0, 40);
    EXPECT_FALSE(password_opens(hash, "correct horse")) << hash.substr(0, 40);
  }
}

TEST(Password, IsRefusedForAHashWithAnySpoiltByte) {
  const std::string good = hash_of_password("correct horse");
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bits = 1; bits < 256; ++bits) {
      std::string hash = good;
      hash[at] ^= static_cast<char>(bits);
      EXPECT_FALSE(password_opens(hash, "correct horse")) << bits << " at " << at;
    }
}

TEST(Password, NeedsANewHashWhenAPartOfTheCostHasRisen) {
  const std::string hash = hash_of_password("correct horse", {.memory_kib = 16, .passes = 2});
  const auto needs = [&](std::uint32_t memory_kib, std::uint32_t passes) {
    return needs_new_hash(hash, {.memory_kib = memory_kib, .passes = passes});
  };
  EXPECT_FALSE(needs(16, 2));
  EXPECT_TRUE(needs(17, 2));
  EXPECT_TRUE(needs(16, 3));
  EXPECT_TRUE(needs(8, 3)) << "less memory, but more passes";
  EXPECT_TRUE(needs(32, 1));
  EXPECT_FALSE(needs(8, 2)) << "a cost that has fallen makes no hash weaker";
  EXPECT_FALSE(needs(16, 1));
  EXPECT_TRUE(needs_new_hash("no hash", cheap_password_cost));
}

TEST(Password, HasACostWithinItsLimits) {
  EXPECT_TRUE(is_allowed(PasswordCost()));
  EXPECT_TRUE(is_allowed(password_cost_min) && is_allowed(password_cost_max));
  EXPECT_FALSE(is_allowed({.memory_kib = 7, .passes = 2}));
  EXPECT_FALSE(is_allowed({.memory_kib = (1u << 20) + 1, .passes = 2}));
  EXPECT_FALSE(is_allowed({.memory_kib = 64, .passes = 0}));
  EXPECT_FALSE(is_allowed({.memory_kib = 64, .passes = 101}));
}

TEST(PasswordDeathTest, WithAFaultIsNeverHashed) {
  EXPECT_DEATH((void)hash_password(as_bytes("short"), cheap_password_cost), "a password of 5 bytes");
  EXPECT_DEATH((void)hash_password(as_bytes(std::string(1025, 'x')), cheap_password_cost),
               "a password of 1025 bytes");
  EXPECT_DEATH((void)hash_password(as_bytes("correct horse"), {.memory_kib = 7, .passes = 1}),
               "7 KiB, 1 passes");
}

TEST(DummyHash, IsAHashOfTheCostThatNoPasswordOpens) {
  const PasswordCost cost{.memory_kib = 32, .passes = 2};
  const std::string dummy = dummy_hash(cost);
  EXPECT_EQ(cost_of(dummy), cost);
  EXPECT_EQ(dummy.size(), hash_of_password("correct horse", cost).size());
  EXPECT_NE(dummy, dummy_hash(cost));
  for (const char* password : {"", "password", "correct horse"})
    EXPECT_FALSE(password_opens(dummy, password));
}

TEST(PasswordCheck, TellsARightPasswordFromAWrongOne) {
  const PasswordCheck check(cheap_password_cost);
  const std::string hash = hash_of_password("correct horse");
  EXPECT_TRUE(check.check(hash, as_bytes("correct horse")).is_right);
  EXPECT_FALSE(check.check(hash, as_bytes("wrong horse")).is_right);
  EXPECT_FALSE(check.check(std::nullopt, as_bytes("correct horse")).is_right);
  EXPECT_EQ(check.cost(), cheap_password_cost);
}

TEST(PasswordCheck, PaysForANameWithoutAnAccountWhatAWrongPasswordCosts) {
  const PasswordCost cost{.memory_kib = 32, .passes = 2};
  const PasswordCheck check(cost);
  const std::string hash = hash_of_password("correct horse", cost);
  EXPECT_EQ(check.check(hash, as_bytes("correct horse")).paid, cost);
  EXPECT_EQ(check.check(hash, as_bytes("wrong horse")).paid, cost);
  EXPECT_EQ(check.check(std::nullopt, as_bytes("wrong horse")).paid, cost) << "no account has the name";
  EXPECT_EQ(check.check("spoilt", as_bytes("wrong horse")).paid, cost) << "the stored hash is spoilt";
  EXPECT_EQ(check.check(std::nullopt, as_bytes("x")).paid, cost) << "also for a password that is too short";
  EXPECT_EQ(check.check(hash, as_bytes("x")).paid, cost);
}

TEST(PasswordCheck, PaysNothingForAPasswordThatIsTooLong) {
  const PasswordCheck check(cheap_password_cost);
  const std::string megabyte(1'000'000, 'x');
  for (const auto& hash : {std::optional(hash_of_password("correct horse")), std::optional<std::string>()}) {
    const auto verdict = check.check(hash, as_bytes(megabyte));
    EXPECT_FALSE(verdict.is_right);
    EXPECT_EQ(verdict.paid, std::nullopt);
  }
}

TEST(PasswordCheck, AsksForANewHashOnlyAfterARightPassword) {
  const PasswordCheck check({.memory_kib = 16, .passes = 2});
  const std::string old = hash_of_password("correct horse", {.memory_kib = 16, .passes = 1});
  EXPECT_TRUE(check.check(old, as_bytes("correct horse")).needs_new_hash);
  EXPECT_FALSE(check.check(old, as_bytes("wrong horse")).needs_new_hash);
  EXPECT_FALSE(check.check(std::nullopt, as_bytes("wrong horse")).needs_new_hash);
  const std::string current = hash_of_password("correct horse", check.cost());
  EXPECT_FALSE(check.check(current, as_bytes("correct horse")).needs_new_hash);
}

}  // namespace
}  // namespace madang::keeper

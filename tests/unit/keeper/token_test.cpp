#include "madang/keeper/token.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "madang/base/random.h"

namespace madang::keeper {
namespace {

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t noon_s = 1'800'000'000;

/// Returns the hash of the n-th token of a test.
TokenHash token_hash(std::uint8_t number) {
  std::array<std::byte, token_bytes> token{};
  token[0] = std::byte{number};
  return hash_of_token(token).value();
}

/// A server and its state. Each new token has the next number.
struct TokenServer {
  explicit TokenServer(std::int64_t now_s = noon_s) : tokens(first_tokens(token_hash(0), now_s)) {}

  /// Shows a token. Returns the number of the new one.
  std::expected<int, TokenFault> show(int number, std::int64_t now_s = noon_s) {
    const auto issued = static_cast<std::uint8_t>(last + 1);
    const auto after =
        use_token(tokens, token_hash(static_cast<std::uint8_t>(number)), token_hash(issued), now_s);
    if (!after) return std::unexpected(after.error());
    tokens = *after;
    return last = issued;
  }
  bool accepts(int number, std::int64_t now_s = noon_s) const {
    return TokenServer(*this).show(number, now_s).has_value();
  }

  ResumeTokens tokens;
  int last = 0;
};

const std::expected<int, TokenFault> unknown_token = std::unexpected(TokenFault::unknown);
const std::expected<int, TokenFault> expired_token = std::unexpected(TokenFault::expired);

TEST(ResumeToken, HasRandomBitsAndIsNeverGivenTwice) {
  std::set<std::string> all;
  std::array<int, token_bytes * 8> ones{};
  for (int i = 0; i < 1'000; ++i) {
    const ResumeToken token = new_token();
    ASSERT_EQ(token.bytes().size(), 32u);
    all.emplace(as_text(token.bytes()));
    for (std::size_t bit = 0; bit < ones.size(); ++bit)
      ones[bit] += (token.bytes()[bit / 8] >> (bit % 8) & std::byte{1}) != std::byte{0};
  }
  EXPECT_EQ(all.size(), 1'000u);
  // Nine standard deviations (15.8 each) around the half.
  for (const int count : ones) EXPECT_TRUE(count > 358 && count < 642) << count;
}

// From Python 3.11: hashlib.blake2b(bytes(range(32)), digest_size=32).hexdigest().
TEST(ResumeToken, HasABlake2b256HashOfAllItsBytes) {
  std::array<std::byte, token_bytes> token;
  for (std::size_t i = 0; i < token.size(); ++i) token[i] = static_cast<std::byte>(i);
  const TokenHash hash = hash_of_token(token).value();
  std::string hex;
  for (const std::byte one : hash.bytes)
    for (const int shift : {4, 0})
      hex += "0123456789abcdef"[std::to_integer<std::size_t>(one) >> shift & 15u];
  EXPECT_EQ(hex, "cb2f5160fc1f7e05a55ef49d340b48da2e5a78099d53393351cd579dd42503d6");
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto other = token;
    other[i] ^= std::byte{1};
    EXPECT_FALSE(is_equal(hash_of_token(other).value(), hash)) << i;
  }
  EXPECT_TRUE(is_equal(hash, hash));
  for (std::size_t i = 0; i < hash.bytes.size(); ++i) {
    TokenHash other = hash;
    other.bytes[i] ^= std::byte{0x80};
    EXPECT_FALSE(is_equal(other, hash)) << i;
  }
}

TEST(ResumeToken, OfAnotherLengthHasNoHash) {
  const std::vector<std::byte> bytes(1'000);
  for (const std::size_t size : {0u, 1u, 31u, 33u, 64u, 1'000u})
    EXPECT_FALSE(hash_of_token(Bytes(bytes).first(size))) << size;
}

TEST(ResumeTokens, GiveANewTokenForEachUse) {
  TokenServer server;
  EXPECT_EQ(server.show(0), 1);
  EXPECT_EQ(server.show(1), 2);
  EXPECT_EQ(server.show(2), 3);
}

TEST(ResumeTokens, HoldTheOldOneUntilTheNewOneIsUsed) {
  TokenServer server;
  EXPECT_EQ(server.show(0), 1);
  EXPECT_TRUE(server.accepts(0)) << "the reply with token 1 may be lost";
  EXPECT_TRUE(server.accepts(1));
  EXPECT_EQ(server.show(1), 2);
  EXPECT_EQ(server.show(0), unknown_token) << "token 1 has been used";
  EXPECT_TRUE(server.accepts(1) && server.accepts(2));
}

TEST(ResumeTokens, LockNobodyOutWhenRepliesAreLostAgainAndAgain) {
  TokenServer server;
  for (int lost = 1; lost <= 5; ++lost) EXPECT_EQ(server.show(0), lost);
  EXPECT_EQ(server.show(1), unknown_token) << "its reply was lost, and a later one was given";
  EXPECT_EQ(server.show(4), unknown_token);
  EXPECT_EQ(server.show(5), 6);
  EXPECT_EQ(server.show(0), unknown_token);
}

TEST(ResumeTokens, RefuseAThirdOlderOneAndKeepTheirState) {
  TokenServer server;
  for (int token = 0; token < 5; ++token) ASSERT_EQ(server.show(token), token + 1);
  for (const int old : {0, 1, 2, 3, 77}) EXPECT_EQ(server.show(old), unknown_token) << old;
  EXPECT_EQ(server.last, 5);
  EXPECT_TRUE(server.accepts(4) && server.accepts(5)) << "a refusal ends no login";
}

TEST(ResumeTokens, HaveNoNextAtFirst) {
  const ResumeTokens tokens = first_tokens(token_hash(0), noon_s);
  EXPECT_FALSE(tokens.next);
  EXPECT_FALSE(use_token(tokens, TokenHash{}, token_hash(1), noon_s)) << "a hash of zeros is no token";
}

TEST(ResumeTokens, LiveForADayAfterTheLastUse) {
  const TokenServer server;
  EXPECT_TRUE(server.accepts(0, noon_s + day_s - 1));
  TokenServer late = server;
  EXPECT_EQ(late.show(0, noon_s + day_s), expired_token);
  EXPECT_EQ(late.show(1, noon_s + day_s), unknown_token) << "what was never given is not called expired";
  TokenServer used = server;
  EXPECT_EQ(used.show(0, noon_s + 1'000), 1);
  for (const int token : {0, 1}) {
    EXPECT_TRUE(used.accepts(token, noon_s + 1'000 + day_s - 1)) << token;
    EXPECT_EQ(used.show(token, noon_s + 1'000 + day_s), expired_token) << token;
  }
}

TEST(ResumeTokens, LiveAsLongAsTheyAreSetTo) {
  ResumeTokens tokens = first_tokens(token_hash(0), noon_s, 60);
  EXPECT_TRUE(use_token(tokens, token_hash(0), token_hash(1), noon_s + 59, 60));
  EXPECT_FALSE(use_token(tokens, token_hash(0), token_hash(1), noon_s + 60, 60));
  tokens = use_token(tokens, token_hash(0), token_hash(1), noon_s + 10, 5).value();
  EXPECT_EQ(tokens.expires_at_s, noon_s + 15);
}

TEST(ResumeTokens, StayWithinTheNumbersOfTime) {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(first_tokens(token_hash(0), last - 1).expires_at_s, last);
  EXPECT_EQ(first_tokens(token_hash(0), noon_s, last).expires_at_s, last);
  EXPECT_EQ(first_tokens(token_hash(0), -noon_s, 10).expires_at_s, 10 - noon_s);
  const ResumeTokens empty;
  EXPECT_FALSE(use_token(empty, token_hash(0), token_hash(1), 0));
  EXPECT_FALSE(use_token(empty, TokenHash{}, token_hash(1), noon_s)) << "an empty state is expired";
}

TEST(ResumeTokens, KeepAClientInWhateverRepliesAreLost) {
  Random random(3);
  TokenServer server;
  int held = 0;
  for (int step = 0; step < 200; ++step) {
    const int shown = held;
    const auto next = server.show(shown);
    ASSERT_TRUE(next) << step;
    for (int token = 0; token <= *next; ++token)
      ASSERT_EQ(server.accepts(token), token == shown || token == *next);
    if (random.chance(1, 2)) held = *next;
  }
  EXPECT_EQ(server.last, 200);
}

TEST(ResumeTokensDeathTest, RefuseATokenThatIsInUseAndALifeWithoutTime) {
  const ResumeTokens tokens = first_tokens(token_hash(0), noon_s);
  EXPECT_DEATH((void)use_token(tokens, token_hash(0), token_hash(0), noon_s), "in use");
  EXPECT_DEATH((void)first_tokens(token_hash(0), noon_s, 0), "a life of 0 s");
}

}  // namespace
}  // namespace madang::keeper

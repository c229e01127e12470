#include "madang/keeper/token.h"

#include <limits>

#include "madang/base/check.h"
#include "madang/keeper/hash.h"
#include "madang/keeper/sodium.h"

namespace madang::keeper {

namespace {

/// Returns the end of a life that begins now. It stays within the numbers.
std::int64_t end_of_life(std::int64_t now_s, std::int64_t life_s) {
  MADANG_CHECK(life_s > 0, "a life of {} s", life_s);
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  return now_s > last - life_s ? last : now_s + life_s;
}

}  // namespace

bool is_equal(const TokenHash& one, const TokenHash& other) {
  need_sodium();
  return sodium_memcmp(one.bytes.data(), other.bytes.data(), one.bytes.size()) == 0;
}

ResumeToken new_token() {
  need_sodium();
  std::array<std::byte, token_bytes> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  ResumeToken token(bytes);
  wipe(bytes.data(), bytes.size());
  return token;
}

std::optional<TokenHash> hash_of_token(Bytes sent) {
  if (sent.size() != token_bytes) return std::nullopt;
  return TokenHash{hash_of(sent).bytes};
}

ResumeTokens first_tokens(const TokenHash& issued, std::int64_t now_s, std::int64_t life_s) {
  return {.current = issued, .next = std::nullopt, .expires_at_s = end_of_life(now_s, life_s)};
}

std::expected<ResumeTokens, TokenFault> use_token(const ResumeTokens& tokens, const TokenHash& shown,
                                                  const TokenHash& issued, std::int64_t now_s,
                                                  std::int64_t life_s) {
  const std::int64_t expires_at_s = end_of_life(now_s, life_s);
  const bool is_current = is_equal(shown, tokens.current);
  const bool is_next = is_equal(shown, tokens.next.value_or(TokenHash{})) && tokens.next.has_value();
  if (!is_current && !is_next) return std::unexpected(TokenFault::unknown);
  if (now_s >= tokens.expires_at_s) return std::unexpected(TokenFault::expired);
  MADANG_CHECK(!is_equal(issued, tokens.current) && !(tokens.next && is_equal(issued, *tokens.next)),
               "a new token is in use");
  return ResumeTokens{
      .current = is_next ? *tokens.next : tokens.current, .next = issued, .expires_at_s = expires_at_s};
}

}  // namespace madang::keeper

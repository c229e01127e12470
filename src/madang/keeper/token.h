// Resume tokens: with a token a client is back in its character without a password.
//
// A token has 256 random bits. A store keeps only its hash, BLAKE2b-256 (RFC 7693). Because a token is random
// in all its bits, the hash needs no key and no salt, and a store may look an account up by it. A stolen
// store opens no account.
//
// The tokens of a login are a pure state. Each use of a token gives a new one:
//
//   state            the client shows    the client gets    state after it
//   current          current             a new token        current, next = the new one
//   current, next    next                a new token        current = the one shown, next = the new one
//   current, next    current             a new token        current, next = the new one
//   any              another one         nothing            the same
//
// So the token of before holds until the new one has been used. A reply that was lost with the line locks
// nobody out, however often that happens (third row). The token in the lost reply is refused from then on,
// because there are never more than two. An older token is refused, too. It changes nothing, so a stolen old
// token cannot end a login.
//
// Each use begins the life of both tokens again. A login by password begins with first_tokens(), which makes
// all tokens of before invalid. A logout ends with the state's removal from the store.
//
// A caller writes the new state to the store before it sends the new token. Otherwise a crash between the two
// would leave a client with a token that nobody knows.
//
// Times are seconds of the system clock since 1970 and are passed in. If the clock is set back, tokens live
// longer by as much. Pure functions, except new_token(); any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>

#include "madang/base/bytes.h"
#include "madang/keeper/secret.h"

namespace madang::keeper {

inline constexpr std::size_t token_bytes = 32;
/// How long a token lives after the last use of its state: 24 hours.
inline constexpr std::int64_t token_life_s_default = 24 * 60 * 60;

/// The bytes that a client keeps.
using ResumeToken = Secret<token_bytes>;

/// What a store keeps of a token.
struct TokenHash {
  std::array<std::byte, 32> bytes{};
};

/// Returns whether two hashes are equal, in a time that does not depend on them.
bool is_equal(const TokenHash& one, const TokenHash& other);

/// Returns a new random token.
ResumeToken new_token();

/// Returns the hash of what a client has sent as its token. Bytes of another length than a token's have none.
std::optional<TokenHash> hash_of_token(Bytes sent);

/// The tokens of one login. A plain value.
struct ResumeTokens {
  TokenHash current;
  std::optional<TokenHash> next;  ///< it was given for `current`, and no client has used it yet
  std::int64_t expires_at_s = 0;  ///< from this second on, no token is valid
};

enum class TokenFault : std::uint8_t {
  unknown,  ///< it was never given, or is older than the last two
  expired,  ///< it was one of the two, but its life is over
};

/// Returns the state after a login by password. `issued` is the hash of a new token, which the client gets.
/// Precondition: life_s > 0 (CHECK).
ResumeTokens first_tokens(const TokenHash& issued, std::int64_t now_s,
                          std::int64_t life_s = token_life_s_default);

/// Uses a token. `issued` is the hash of a new token, which the client gets if the result is a state. The
/// client is refused if the result is a fault, and the state stays as it was. Both hashes of the state are
/// compared in constant time. Precondition: life_s > 0, and `issued` is not in use (CHECK).
std::expected<ResumeTokens, TokenFault> use_token(const ResumeTokens& tokens, const TokenHash& shown,
                                                  const TokenHash& issued, std::int64_t now_s,
                                                  std::int64_t life_s = token_life_s_default);

}  // namespace madang::keeper

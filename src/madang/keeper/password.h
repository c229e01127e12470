// Passwords: what may be one, its hash, and the check of a login.
//
// The hash is Argon2id (RFC 9106) of libsodium, with one lane, a random salt of 16 bytes and a result of 32.
// It is a text of one line that names its own cost: "$argon2id$v=19$m=19456,t=2,p=1$SALT$RESULT". A store
// keeps it as it is. No function here puts a password or a hash into a log or an error.
//
// A password has 8 to 1,024 bytes. Any bytes are allowed, also emoji and NUL: nothing is cut off at a NUL.
// The length is checked before anything is hashed, so a password of a megabyte costs nothing.
//
// One password that is typed on two systems must be one password. So a password of valid UTF-8 is changed
// into a normal form, as OpaqueString of RFC 8265 asks. Every space of Unicode becomes an ASCII space, and
// the text becomes NFC. The functions here do this themselves. Letters and their case stay as they are, so it
// is not NFKC. Control characters stay, too. Bytes that are not UTF-8 stay as they are. Both the sent bytes
// and the normal form keep the maximum of 1,024. The minimum holds for the normal form.
//
// A hash costs its memory and tens of milliseconds of a core (19 MiB, two passes). So password threads call
// these functions, and workers never do. All copies of a password that are made here are wiped. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/base/error.h"
#include "madang/keeper/secret.h"

namespace madang::keeper {

inline constexpr std::size_t password_bytes_min = 8;
inline constexpr std::size_t password_bytes_max = 1024;

/// A password on its way to a password thread.
using Password = Secret<password_bytes_max>;

/// What one hash costs. The defaults are those of OWASP's Password Storage Cheat Sheet.
struct PasswordCost {
  std::uint32_t memory_kib = 19'456;
  std::uint32_t passes = 2;

  bool operator==(const PasswordCost&) const = default;
};
/// The limits of a cost. A stored hash beyond them is not computed. The lower ones are those of Argon2id and
/// for tests; a server should not go below the defaults.
inline constexpr PasswordCost password_cost_min{.memory_kib = 8, .passes = 1};
inline constexpr PasswordCost password_cost_max{.memory_kib = 1u << 20, .passes = 100};

/// Returns whether both parts of a cost are within the limits.
bool is_allowed(const PasswordCost& cost);

/// Why bytes are no password.
enum class PasswordFault : std::uint8_t { too_short, too_long };

/// Returns why an account may not get these bytes as its password, or nothing if it may.
std::optional<PasswordFault> fault_of(Bytes password);

/// Returns a hash with a new salt. It fails only without memory (ErrorCode::no_buffers). Precondition: the
/// password has no fault, and the cost is allowed (CHECK).
std::expected<std::string, Error> hash_password(Bytes password, const PasswordCost& cost);

/// Returns whether this is the hash of this password, in a time that does not depend on the bytes of either.
/// Any bytes may stand for the hash: what hash_password() cannot have returned gives false, at once. A
/// password that is too long gives false, at once. Without memory the result is false, too.
bool verifies(std::string_view hash, Bytes password);

/// Returns the cost of a hash, or nothing if hash_password() cannot have returned these bytes.
std::optional<PasswordCost> cost_of(std::string_view hash);

/// Returns whether the account should get a new hash at its next login, because one part of the cost has
/// risen. Bytes that are no hash need a new one.
bool needs_new_hash(std::string_view hash, const PasswordCost& cost);

/// Returns a hash that no password has: of a random salt and a random result. To verify it takes as long as
/// any hash of this cost. Precondition: the cost is allowed (CHECK).
std::string dummy_hash(const PasswordCost& cost);

/// PasswordCheck: the check of a login. It has the cost of new hashes and a dummy of this cost. An attacker
/// learns nothing from the time of an answer, because a name without an account takes the path of a wrong
/// password: the dummy is verified. An account whose hash has a lower cost of before answers faster until its
/// next login. Immutable; any thread.
class PasswordCheck {
 public:
  struct Verdict {
    bool is_right = false;
    bool needs_new_hash = false;  ///< the password is right, and its hash has a lower cost than new hashes
    std::optional<PasswordCost> paid;  ///< the cost of the hash that was computed, if one was
  };

  explicit PasswordCheck(const PasswordCost& cost) : cost_(cost), dummy_(dummy_hash(cost)) {}

  /// Checks a password against the hash of an account. `hash` is nothing when no account has the name. Bytes
  /// that are no hash count as nothing.
  Verdict check(std::optional<std::string_view> hash, Bytes password) const;

  const PasswordCost& cost() const { return cost_; }

 private:
  const PasswordCost cost_;
  const std::string dummy_;
};

}  // namespace madang::keeper

#include "madang/keeper/password.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/unicode.h"
#include "madang/keeper/sodium.h"

namespace madang::keeper {

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t result_bytes = 32;
constexpr std::string_view hash_begin = "$argon2id$v=19$m=";
constexpr int base64_variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;

static_assert(salt_bytes == crypto_pwhash_argon2id_SALTBYTES);
static_assert(password_cost_min.memory_kib * 1024 >= crypto_pwhash_argon2id_MEMLIMIT_MIN);
static_assert(password_cost_min.passes >= crypto_pwhash_argon2id_OPSLIMIT_MIN);

constexpr std::size_t base64_length(std::size_t bytes) { return (bytes * 4 + 2) / 3; }

/// A text whose memory is wiped, so that it may be a password. It must not grow beyond its capacity.
struct WipedText {
  explicit WipedText(std::size_t capacity) { text.reserve(capacity); }
  WipedText(const WipedText&) = delete;
  WipedText& operator=(const WipedText&) = delete;
  ~WipedText() { wipe(text.data(), text.capacity() * sizeof(char32_t)); }

  std::u32string text;
};

bool is_ascii_password(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte one) { return one < std::byte{0x80}; });
}

/// Returns the normal form of a password, or nothing if it is too long.
std::optional<Password> normal_password(Bytes sent) {
  if (sent.size() > password_bytes_max) return std::nullopt;
  const std::string_view bytes = as_text(sent);
  if (is_ascii_password(sent) || !utf8::is_valid(bytes.begin(), bytes.end())) return Password(sent);
  const std::size_t capacity = bytes.size() * unicode::decomposition_max;
  WipedText all(capacity);
  WipedText spare(capacity);
  for (auto at = bytes.begin(); at != bytes.end();) {
    const char32_t character = utf8::unchecked::next(at);
    const bool is_space = unicode::properties_of(character).kind == unicode::Kind::space;
    all.text += is_space ? U' ' : character;
  }
  unicode::decompose(all.text, spare.text);
  unicode::compose(all.text);
  std::array<char, password_bytes_max> out;
  std::size_t size = 0;
  for (const char32_t character : all.text) {
    constexpr std::size_t longest = 4;
    std::array<char, longest> one{};
    const char* const end = utf8::unchecked::append(character, one.data());
    const auto length = static_cast<std::size_t>(end - one.data());
    if (size + length > out.size()) {
      wipe(out.data(), size);
      return std::nullopt;
    }
    std::copy_n(one.begin(), length, out.begin() + static_cast<std::ptrdiff_t>(size));
    size += length;
  }
  Password normal(as_bytes(std::string_view(out.data(), size)));
  wipe(out.data(), size);
  return normal;
}

const char* password_characters(const Password& password) { return as_text(password.bytes()).data(); }

/// Removes the beginning of a text. Returns false if the text begins otherwise.
bool skip_text(std::string_view& text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return false;
  text.remove_prefix(beginning.size());
  return true;
}

std::optional<std::uint32_t> skip_cost_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || text.front() == '0') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// Returns whether a text is the base64 of this number of bytes. sodium_base642bin() alone also accepts some
/// bytes from 0x80 on.
bool is_base64_of(std::string_view text, std::size_t bytes) {
  std::array<unsigned char, result_bytes> out{};
  std::size_t size = 0;
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return text.size() == base64_length(bytes) && std::ranges::all_of(text, is_digit) &&
         sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                           base64_variant) == 0 &&
         size == bytes;
}

template <std::size_t N>
std::string random_base64() {
  std::array<unsigned char, N> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, base64_length(N) + 1> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), base64_variant);
  return text.data();
}

/// Computes the hash of a password and compares. Returns what was paid, too. Precondition: cost_of(hash) has
/// a value.
std::pair<bool, std::optional<PasswordCost>> compute_password_hash(std::string_view hash,
                                                                   const Password& password) {
  std::array<char, crypto_pwhash_STRBYTES> text{};  // libsodium reads up to a NUL
  std::ranges::copy(hash, text.begin());
  const int failed =
      crypto_pwhash_str_verify(text.data(), password_characters(password), password.bytes().size());
  return {failed == 0, cost_of(hash)};
}

}  // namespace

bool is_allowed(const PasswordCost& cost) {
  return cost.memory_kib >= password_cost_min.memory_kib && cost.memory_kib <= password_cost_max.memory_kib &&
         cost.passes >= password_cost_min.passes && cost.passes <= password_cost_max.passes;
}

std::optional<PasswordFault> fault_of(Bytes password) {
  const std::optional<Password> normal = normal_password(password);
  if (!normal) return PasswordFault::too_long;
  if (normal->bytes().size() < password_bytes_min) return PasswordFault::too_short;
  return std::nullopt;
}

std::expected<std::string, Error> hash_password(Bytes password, const PasswordCost& cost) {
  need_sodium();
  const std::optional<Password> normal = normal_password(password);
  MADANG_CHECK(normal && normal->bytes().size() >= password_bytes_min, "a password of {} bytes",
               password.size());
  MADANG_CHECK(is_allowed(cost), "{} KiB, {} passes", cost.memory_kib, cost.passes);
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed =
      crypto_pwhash_str_alg(hash.data(), password_characters(*normal), normal->bytes().size(), cost.passes,
                            std::size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) return std::unexpected(Error{ErrorCode::no_buffers, errno, "hash a password"});
  return hash.data();
}

bool verifies(std::string_view hash, Bytes password) {
  need_sodium();
  if (!cost_of(hash)) return false;
  const std::optional<Password> normal = normal_password(password);
  return normal && compute_password_hash(hash, *normal).first;
}

std::optional<PasswordCost> cost_of(std::string_view hash) {
  if (!skip_text(hash, hash_begin)) return std::nullopt;
  const auto memory_kib = skip_cost_number(hash);
  if (!memory_kib || !skip_text(hash, ",t=")) return std::nullopt;
  const auto passes = skip_cost_number(hash);
  if (!passes || !skip_text(hash, ",p=1$")) return std::nullopt;
  const std::string_view salt = hash.substr(0, hash.find('$'));
  if (!is_base64_of(salt, salt_bytes) || !skip_text(hash, salt) || !skip_text(hash, "$")) return std::nullopt;
  if (!is_base64_of(hash, result_bytes)) return std::nullopt;
  const PasswordCost cost{.memory_kib = *memory_kib, .passes = *passes};
  return is_allowed(cost) ? std::optional(cost) : std::nullopt;
}

bool needs_new_hash(std::string_view hash, const PasswordCost& cost) {
  const std::optional<PasswordCost> own = cost_of(hash);
  return !own || own->memory_kib < cost.memory_kib || own->passes < cost.passes;
}

std::string dummy_hash(const PasswordCost& cost) {
  need_sodium();
  MADANG_CHECK(is_allowed(cost), "{} KiB, {} passes", cost.memory_kib, cost.passes);
  return fmt::format("{}{},t={},p=1${}${}", hash_begin, cost.memory_kib, cost.passes,
                     random_base64<salt_bytes>(), random_base64<result_bytes>());
}

PasswordCheck::Verdict PasswordCheck::check(std::optional<std::string_view> hash, Bytes password) const {
  need_sodium();
  const bool has_account = hash && cost_of(*hash);
  const std::string_view verified = has_account ? *hash : std::string_view(dummy_);
  const std::optional<Password> normal = normal_password(password);
  if (!normal) return {};
  const auto [is_equal, paid] = compute_password_hash(verified, *normal);
  const bool is_right = is_equal && has_account;
  return {.is_right = is_right, .needs_new_hash = is_right && needs_new_hash(verified, cost_), .paid = paid};
}

}  // namespace madang::keeper

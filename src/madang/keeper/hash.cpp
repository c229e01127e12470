#include "madang/keeper/hash.h"

#include "madang/base/check.h"
#include "madang/keeper/sodium.h"

namespace madang::keeper {
namespace {

constexpr std::size_t hash_bytes = sizeof(Hash::bytes);
static_assert(hash_bytes == crypto_generichash_BYTES);
static_assert(Hasher::key_bytes_min == crypto_generichash_KEYBYTES_MIN);
static_assert(Hasher::key_bytes_max == crypto_generichash_KEYBYTES_MAX);

const unsigned char* sodium_bytes(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

crypto_generichash_state* sodium_state(std::byte* state) {
  return reinterpret_cast<crypto_generichash_state*>(state);
}

}  // namespace

Hasher::Hasher() {
  static_assert(sizeof state_ >= sizeof(crypto_generichash_state));
  static_assert(alignof(Hasher) >= alignof(crypto_generichash_state));
  need_sodium();
  crypto_generichash_init(sodium_state(state_.data()), nullptr, 0, hash_bytes);
}

Hasher::Hasher(Bytes key) {
  MADANG_CHECK(key.size() >= key_bytes_min && key.size() <= key_bytes_max,
               "a key of {} bytes; {} to {} are allowed", key.size(), key_bytes_min, key_bytes_max);
  need_sodium();
  crypto_generichash_init(sodium_state(state_.data()), sodium_bytes(key), key.size(), hash_bytes);
}

Hasher& Hasher::add(Bytes bytes) {
  MADANG_CHECK(!is_finished_, "bytes are added to a hash that is finished");
  crypto_generichash_update(sodium_state(state_.data()), sodium_bytes(bytes), bytes.size());
  return *this;
}

Hash Hasher::finish() {
  MADANG_CHECK(!is_finished_, "a hash is finished twice");
  is_finished_ = true;
  Hash hash;
  crypto_generichash_final(sodium_state(state_.data()), reinterpret_cast<unsigned char*>(hash.bytes.data()),
                           hash_bytes);
  return hash;
}

Hash hash_of(Bytes bytes) { return Hasher().add(bytes).finish(); }

std::string text_of(const Hash& hash) {
  std::string text(2 * hash_bytes + 1, '\0');  // libsodium also writes the end of a C string
  sodium_bin2hex(text.data(), text.size(), sodium_bytes(hash.bytes), hash_bytes);
  text.pop_back();
  return text;
}

}  // namespace madang::keeper

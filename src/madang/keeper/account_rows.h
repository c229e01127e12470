// What a store keeps of accounts: plain values. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "madang/base/ids.h"
#include "madang/keeper/tables.h"
#include "madang/keeper/token.h"

namespace madang::keeper {

/// An account. Its id is the id of its one character.
struct AccountRow {
  CharacterId id;
  std::string name{};           ///< as presentable_name() returns it
  std::string password_hash{};  ///< as hash_password() returns it. It never goes into an error or a log
  std::int64_t created_at_s = 0;
  std::int64_t last_login_s = 0;  ///< by password or token; 0: never
};

/// The keys of a name (name_key.h). Both are equal for almost all names.
struct NameKeys {
  std::string first{};
  std::string second{};
};

/// An account whose name looks like the name of an older account. Both stay.
struct NameCollision {
  CharacterId account;  ///< the younger one; only its exact name finds it
  CharacterId owner;    ///< the older one, which has the key

  bool operator==(const NameCollision&) const = default;
};

/// The tokens of an account: at most one state for each account.
struct TokensRow {
  CharacterId account;
  ResumeTokens tokens{};
};

enum class SanctionKind : std::uint8_t { mute, ban };

/// A mute or a ban: of a name, of an address, or of both.
struct SanctionRow {
  static constexpr std::size_t address_bytes_max = 64;
  static constexpr std::size_t reason_bytes_max = 255;
  static constexpr std::size_t by_bytes_max = 255;

  std::uint64_t id = 0;  ///< given by Accounts::add_sanction
  SanctionKind kind = SanctionKind::mute;
  std::string name{};         ///< of an account or a guest, as presentable_name() returns it; may be empty
  std::string address{};      ///< in the one form that the server writes; may be empty
  std::int64_t until_ms = 0;  ///< since 1970
  std::string reason{};       ///< may be empty
  std::string by{};           ///< the operator that added it; may be empty
  std::int64_t added_at_ms = 0;

  bool operator==(const SanctionRow&) const = default;
};

/// What an erasure has done.
enum class Erased : std::uint8_t {
  erased,
  no_account,
  in_world,  ///< nothing was done, because the character is in a world
};

/// Everything personal of an account, without its hash and its tokens.
struct PersonalData {
  static constexpr std::size_t rows_max = 10'000;  ///< of things, and of sanctions

  AccountRow account{};  ///< `password_hash` is empty
  std::optional<CharacterRow> character{};
  std::vector<std::pair<HoldingKey, std::int64_t>> holdings{};  ///< of the character, then of its mailbox
  std::vector<std::pair<ThingId, Thing>> things{};              ///< likewise
  std::vector<SanctionRow> sanctions{};  ///< that are about the name, the ended ones too
  bool is_whole = true;                  ///< false: there are more rows than `rows_max`
};

}  // namespace madang::keeper

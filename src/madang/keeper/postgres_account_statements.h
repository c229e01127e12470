// The statements of the tables of accounts. Each connection prepares them once.
//
// A statement that locks several rows locks them in the order of their accounts.
#pragma once

#include "madang/keeper/postgres_statements.h"

namespace madang::keeper::sql {

#define MADANG_ACCOUNT_COLUMNS \
  "SELECT a.id, a.name, a.hash, a.created_at_s, a.last_login_s FROM madang.accounts a "
#define MADANG_SANCTION_COLUMNS \
  "SELECT id, kind, name, address, until_ms, reason, by_whom, added_at_ms FROM madang.sanctions "

// Names and keys. A server that adds an account holds the version of the keys until its commit.
inline constexpr PostgresStatement look_version{"look_version", "SELECT version FROM madang.looks"};
inline constexpr PostgresStatement hold_look_version{"hold_look_version",
                                                     "SELECT version FROM madang.looks FOR SHARE"};
inline constexpr PostgresStatement lock_look_version{"lock_look_version",
                                                     "SELECT version FROM madang.looks FOR UPDATE"};
inline constexpr PostgresStatement set_look_version{"set_look_version",
                                                    "UPDATE madang.looks SET version = $1::int8"};
inline constexpr PostgresStatement remove_keys{"remove_keys", "DELETE FROM madang.account_keys"};
inline constexpr PostgresStatement add_keys{
    "add_keys",
    "INSERT INTO madang.account_keys(key, account) SELECT * FROM unnest($1::bytea[], $2::int8[])"};
inline constexpr PostgresStatement sanctions_named{
    "sanctions_named", "SELECT id, name FROM madang.sanctions WHERE name <> '' ORDER BY id FOR UPDATE"};
inline constexpr PostgresStatement set_sanction_keys{
    "set_sanction_keys",
    "UPDATE madang.sanctions s SET key = k.first, second_key = k.second "
    "FROM unnest($1::int8[], $2::bytea[], $3::bytea[]) AS k(id, first, second) WHERE s.id = k.id"};
inline constexpr PostgresStatement is_taken{
    "is_taken",
    "SELECT EXISTS (SELECT FROM madang.accounts WHERE name = $1::text) "
    "OR EXISTS (SELECT FROM madang.account_keys WHERE key = $2::bytea) "
    "OR EXISTS (SELECT FROM madang.account_keys WHERE key = $3::bytea)"};
inline constexpr PostgresStatement add_account{
    "add_account",
    "INSERT INTO madang.accounts(id, name, hash, created_at_s, last_login_s) "
    "VALUES ($1::int8, $2::text, $3::text, $4::int8, $5::int8)"};
inline constexpr PostgresStatement account{"account", MADANG_ACCOUNT_COLUMNS "WHERE a.id = $1::int8"};
inline constexpr PostgresStatement account_named{"account_named",
                                                 MADANG_ACCOUNT_COLUMNS "WHERE a.name = $1::text"};
inline constexpr PostgresStatement owner_of_key{
    "owner_of_key",
    MADANG_ACCOUNT_COLUMNS "JOIN madang.account_keys k ON k.account = a.id WHERE k.key = $1::bytea"};
inline constexpr PostgresStatement accounts_after{
    "accounts_after",
    MADANG_ACCOUNT_COLUMNS "WHERE a.name > $1::text AND a.name >= $2::text ORDER BY a.name LIMIT $3::int8"};
inline constexpr PostgresStatement count_accounts{"count_accounts", "SELECT count(*) FROM madang.accounts"};
inline constexpr PostgresStatement accounts_by_id{
    "accounts_by_id", MADANG_ACCOUNT_COLUMNS "WHERE a.id > $1::int8 ORDER BY a.id LIMIT 1000"};
inline constexpr PostgresStatement keys_after{
    "keys_after",
    "SELECT key, account FROM madang.account_keys WHERE key > $1::bytea ORDER BY key LIMIT 1000"};

// Passwords and tokens.
inline constexpr PostgresStatement lock_account{"lock_account",
                                                MADANG_ACCOUNT_COLUMNS "WHERE a.id = $1::int8 FOR UPDATE"};
inline constexpr PostgresStatement set_hash{"set_hash",
                                            "UPDATE madang.accounts SET hash = $2::text WHERE id = $1::int8"};
inline constexpr PostgresStatement set_logins{"set_logins",
                                              "UPDATE madang.accounts a SET last_login_s = $2::int8 FROM "
                                              "unnest($1::int8[]) AS k(id) WHERE a.id = k.id"};
inline constexpr PostgresStatement lock_tokens{
    "lock_tokens",
    "SELECT a.id, t.current_hash, t.next_hash, t.expires_at_s FROM ("
    "SELECT c.account FROM unnest($1::bytea[]) AS k(hash) "
    "JOIN madang.account_tokens c ON c.current_hash = k.hash "
    "UNION SELECT n.account FROM unnest($1::bytea[]) AS k(hash) "
    "JOIN madang.account_tokens n ON n.next_hash = k.hash AND n.next_hash <> ''::bytea) AS found "
    "JOIN madang.accounts a ON a.id = found.account JOIN madang.account_tokens t ON t.account = a.id "
    "ORDER BY a.id FOR UPDATE OF a, t"};
inline constexpr PostgresStatement put_tokens{
    "put_tokens",
    "INSERT INTO madang.account_tokens(account, current_hash, next_hash, expires_at_s) "
    "SELECT * FROM unnest($1::int8[], $2::bytea[], $3::bytea[], $4::int8[]) ON CONFLICT (account) DO UPDATE "
    "SET current_hash = excluded.current_hash, next_hash = excluded.next_hash, "
    "expires_at_s = excluded.expires_at_s"};
inline constexpr PostgresStatement remove_tokens{
    "remove_tokens", "DELETE FROM madang.account_tokens WHERE account = $1::int8"};
// A row that another server uses at this moment is not expired soon, so nobody waits for it.
inline constexpr PostgresStatement remove_expired{
    "remove_expired",
    "DELETE FROM madang.account_tokens WHERE account IN (SELECT account FROM madang.account_tokens "
    "WHERE expires_at_s <= $1::int8 ORDER BY expires_at_s LIMIT $2::int8 FOR UPDATE SKIP LOCKED) "
    "RETURNING account"};
inline constexpr PostgresStatement count_lost_tokens{
    "count_lost_tokens",
    "SELECT count(*) FROM madang.account_tokens t "
    "WHERE NOT EXISTS (SELECT FROM madang.accounts a WHERE a.id = t.account)"};

// Erasing, sanctions, exports.
inline constexpr PostgresStatement lock_world_of_character{
    "lock_world_of_character", "SELECT world FROM madang.characters WHERE id = $1::int8 FOR UPDATE"};
inline constexpr PostgresStatement empty_character{
    "empty_character", "UPDATE madang.characters SET image = ''::bytea WHERE id = $1::int8"};
inline constexpr PostgresStatement remove_keys_of{"remove_keys_of",
                                                  "DELETE FROM madang.account_keys WHERE account = $1::int8"};
inline constexpr PostgresStatement remove_account{"remove_account",
                                                  "DELETE FROM madang.accounts WHERE id = $1::int8"};
inline constexpr PostgresStatement put_sanction{
    "put_sanction",
    "INSERT INTO madang.sanctions(id, kind, name, key, second_key, address, until_ms, reason, by_whom, "
    "added_at_ms) VALUES ($1::int8, $2::int8, $3::text, $4::bytea, $5::bytea, $6::text, $7::int8, $8::text, "
    "$9::text, $10::int8) ON CONFLICT (kind, name, address) DO UPDATE SET id = excluded.id, "
    "key = excluded.key, second_key = excluded.second_key, until_ms = excluded.until_ms, "
    "reason = excluded.reason, by_whom = excluded.by_whom, added_at_ms = excluded.added_at_ms"};
inline constexpr PostgresStatement lock_sanction{"lock_sanction",
                                                 MADANG_SANCTION_COLUMNS "WHERE id = $1::int8 FOR UPDATE"};
inline constexpr PostgresStatement remove_sanction{"remove_sanction",
                                                   "DELETE FROM madang.sanctions WHERE id = $1::int8"};
inline constexpr PostgresStatement sanctions_after{
    "sanctions_after", MADANG_SANCTION_COLUMNS "WHERE id > $1::int8 ORDER BY id LIMIT $2::int8"};
inline constexpr PostgresStatement sanctions_about{
    "sanctions_about", MADANG_SANCTION_COLUMNS
    "WHERE id IN (SELECT id FROM madang.sanctions WHERE key = $1::bytea AND key <> ''::bytea "
    "UNION SELECT id FROM madang.sanctions WHERE key = $2::bytea AND key <> ''::bytea "
    "UNION SELECT id FROM madang.sanctions WHERE second_key = $1::bytea AND second_key <> ''::bytea "
    "UNION SELECT id FROM madang.sanctions WHERE second_key = $2::bytea AND second_key <> ''::bytea "
    "UNION SELECT id FROM madang.sanctions WHERE address = $3::text AND address <> '') "
    "AND until_ms > $4::int8 ORDER BY id LIMIT $5::int8"};
inline constexpr PostgresStatement first_things_of{
    "first_things_of",
    "SELECT id, kind FROM madang.things WHERE holder = $1::bytea ORDER BY id LIMIT $2::int8"};
inline constexpr PostgresStatement next_number{"next_number", "SELECT next FROM madang.numbers"};
#undef MADANG_ACCOUNT_COLUMNS
#undef MADANG_SANCTION_COLUMNS

inline constexpr PostgresStatement all_of_accounts[] = {look_version,      hold_look_version,
                                                        lock_look_version, set_look_version,
                                                        remove_keys,       add_keys,
                                                        sanctions_named,   set_sanction_keys,
                                                        is_taken,          add_account,
                                                        account,           account_named,
                                                        owner_of_key,      accounts_after,
                                                        count_accounts,    accounts_by_id,
                                                        keys_after,        lock_account,
                                                        set_hash,          set_logins,
                                                        lock_tokens,       put_tokens,
                                                        remove_tokens,     remove_expired,
                                                        count_lost_tokens, lock_world_of_character,
                                                        empty_character,   remove_keys_of,
                                                        remove_account,    put_sanction,
                                                        lock_sanction,     remove_sanction,
                                                        sanctions_after,   sanctions_about,
                                                        first_things_of,   next_number};

}  // namespace madang::keeper::sql

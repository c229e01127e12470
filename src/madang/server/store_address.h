// StoreAddress: where a store of madang::keeper is, as a user writes it, and the function that opens it.
//
//   sqlite:game.db                           a file
//   postgres://game@db.example/game          a database of PostgreSQL (or postgresql://)
//   memory                                   nothing is kept: for load tests
//
// A plain value. No text of this file shows a password. Parsing is pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "madang/keeper/store.h"

namespace madang::server {

enum class StoreType : std::uint8_t { sqlite, postgres, memory };

struct StoreAddress {
  StoreType type = StoreType::memory;
  std::string text{};  ///< sqlite: the name of the file in UTF-8; postgres: the address that libpq takes

  bool operator==(const StoreAddress&) const = default;
};

/// Returns the address, or one sentence that says what to write.
std::expected<StoreAddress, std::string> parse_store_address(std::string_view text);
/// Returns the address as a user writes it, for a person: postgres://user:***@host/database.
std::string shown_address(const StoreAddress& address);
/// Returns an argument of the command line for a person. A text that may be the address of a database is
/// shown without its password.
std::string shown_argument(std::string_view argument);
/// Returns the store that a program uses if none is named: PROGRAM.db, beside its configuration file.
/// `config_file` is empty if there is none: then it is in the current folder.
StoreAddress default_store(std::string_view program, const std::string& config_file);

/// What to do if there is no store at the address.
enum class IfMissing : std::uint8_t { make, fail };
/// Opens the tables of a store. May wait for some seconds.
keeper::StoreResult<std::unique_ptr<keeper::Tables>> open_tables(const StoreAddress& address,
                                                                 IfMissing if_missing);
/// Opens a store for a game with these kinds of things: see keeper::Store::open.
keeper::StoreResult<keeper::Store> open_store(const StoreAddress& address,
                                              std::span<const keeper::Kind> kinds,
                                              IfMissing if_missing = IfMissing::make);

}  // namespace madang::server

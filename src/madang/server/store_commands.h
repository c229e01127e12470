// The commands of a server's program that work on a store of madang::keeper: `audit` proves its sums,
// `history` tells where things went, `backup` copies it, and `restore` makes a store from a copy.
//
// None of them makes a store but `restore`. A file is locked as long as a server has it open, so its commands
// work when the server has stopped. A database of PostgreSQL may be in use.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "madang/keeper/history.h"
#include "madang/server/store_address.h"

namespace madang::server {

enum class StoreAction : std::uint8_t { audit, history, backup, restore };

struct StoreTask {
  StoreAction action{};
  StoreAddress store{};
  keeper::Subject subject{};  ///< of `history`
  std::string file{};         ///< `backup`: the new file; `restore`: the backup. In UTF-8
  bool json = false;
};

/// Returns the name of the command: "audit".
std::string_view name_of(StoreAction action);
/// Returns the thing or the holder whose history a user asks for, or one sentence that says what to write.
std::expected<keeper::Subject, std::string> parse_subject(std::string_view text);
/// Returns what is wrong with the task as a user wrote it, or an empty text. Looks at no file.
std::string find_problem(const StoreTask& task);

/// Runs the command, and prints its result. Returns the exit code: 0, or 1 after an error and for violations.
/// Precondition: find_problem() returns an empty text. Main thread.
int run_store_command(const StoreTask& task, std::string_view program);

}  // namespace madang::server

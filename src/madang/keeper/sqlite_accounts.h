// The tables of accounts in a file of SQLite. One thread at a time.
#pragma once

#include <functional>
#include <memory>

#include "madang/keeper/account_tables.h"
#include "madang/keeper/sqlite_database.h"

namespace madang::keeper {

/// What makes the tables of accounts: the step from version 1 of a file to version 2.
extern const char* const sqlite_accounts_schema;

/// Prepares the tables of accounts. The database must outlive them. `before_writing` is called before each
/// transaction that writes.
StoreResult<std::unique_ptr<AccountTables>> prepare_sqlite_accounts(
    SqliteDatabase& database, std::function<StoreResult<void>()> before_writing);

}  // namespace madang::keeper

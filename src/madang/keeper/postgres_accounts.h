// The tables of accounts in PostgreSQL. One thread at a time.
#pragma once

#include <memory>

#include "madang/keeper/account_tables.h"
#include "madang/keeper/postgres_line.h"

namespace madang::keeper {

/// The line must outlive the tables. The line may still be closed.
std::unique_ptr<AccountTables> postgres_accounts(PostgresLine& line);

}  // namespace madang::keeper

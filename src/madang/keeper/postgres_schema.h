// The tables of a store in PostgreSQL.
#pragma once

#include "madang/keeper/postgres_connection.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

/// Makes the tables, or checks that they are there, and adds those that an earlier Madang did not have. With
/// `must_exist`, it makes no store. Changes nothing that belongs to another program. Two servers may do it at
/// once.
StoreResult<void> make_or_check(PostgresConnection& connection, bool must_exist);

}  // namespace madang::keeper

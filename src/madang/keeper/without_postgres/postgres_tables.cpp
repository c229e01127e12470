// Where libpq is missing, this file stands in the place of all others of PostgreSQL.
#include "madang/keeper/postgres_tables.h"

namespace madang::keeper {

StoreResult<std::unique_ptr<Tables>> open_postgres(const std::string&, const PostgresSettings&) {
  return std::unexpected(StoreError{
      StoreFault::cannot_open, "this build of Madang has no PostgreSQL: use a file of SQLite", {}});
}

}  // namespace madang::keeper

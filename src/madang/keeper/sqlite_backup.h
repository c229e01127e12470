// Backups of a store in a file of SQLite. (PostgreSQL has tools of its own: pg_dump, or a copy of its log.)
//
// Plain functions; each one is called on one thread, and may take seconds.
#pragma once

#include <string>

#include "madang/keeper/sqlite_tables.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

/// How far a restored store is ahead of its backup. After the backup, the lost store has given numbers,
/// epochs and ticks that the backup does not know, and from which ids of things were made. None of them may
/// come back. So a restored store goes on so far behind them that no server can have come there.
inline constexpr std::uint64_t restore_numbers = std::uint64_t{1} << 40;
inline constexpr std::uint64_t restore_worlds = std::uint64_t{1} << 20;
inline constexpr std::uint64_t restore_epochs = std::uint64_t{1} << 20;
inline constexpr std::uint64_t restore_ticks = std::uint64_t{1} << 30;  ///< 20 months at 20 ticks a second

/// Makes a store in the file `to` from a backup, which is read whole and audited. The backup may also be the
/// file of a server that has died: then its log beside it is read, too. There must be no file `to` yet. If
/// something is wrong, no file is made. The backup must be in a place that can be written to. The new store
/// has no resume tokens: those that the lost store has ended must not be valid again.
StoreResult<void> restore_sqlite(const std::string& backup, const std::string& to);

}  // namespace madang::keeper

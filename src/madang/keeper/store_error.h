// StoreError: why a store did not do what it was asked. A plain value; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "madang/keeper/ledger.h"

namespace madang::keeper {

enum class StoreFault : std::uint8_t {
  cannot_open,      ///< there is no such file, or the system refuses it
  in_use,           ///< another server has the store open
  not_a_store,      ///< the file is something else, or belongs to another program
  newer_version,    ///< a later Madang has written it
  other_kinds,      ///< the game's kinds of things are others than those in the store
  damaged,          ///< its content contradicts itself
  disk_full,        ///< nothing was written; the same call may succeed later
  read_only,        ///< the system lets nobody write to the file
  io_failed,        ///< the disk or the connection failed. The store does nothing any more: open it again
  unknown_outcome,  ///< the connection broke in a commit. Commit the same batches again
  cannot_back_up,   ///< a backup was not made; the store is as it was
  unreachable,     ///< the database does not answer. Nothing was done (but a lease may have a new epoch); the
                   ///< same call may succeed later
  try_again,       ///< another server was faster. Nothing was done; the same call may succeed later
  lost_lease,      ///< another process has taken the world
  out_of_order,    ///< a batch of a tick that is not behind those that are stored
  held_elsewhere,  ///< a character is in another world
  bad_name,        ///< a name that cannot be shown to a person
  too_large,       ///< a batch has more of something than a store takes
  violation,       ///< a transfer would break a law of the ledger
};

struct StoreError {
  StoreFault fault{};
  std::string text{};     ///< one sentence for a person, without an end of line
  Violation violation{};  ///< of fault violation
};

template <class T>
using StoreResult = std::expected<T, StoreError>;

/// Returns a fault as the result of any call.
inline std::unexpected<StoreError> refused(StoreFault fault, std::string text) {
  return std::unexpected(StoreError{fault, std::move(text), {}});
}

}  // namespace madang::keeper

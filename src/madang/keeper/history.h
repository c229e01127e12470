// The history of a holder or of a single thing, from the journals. Plain values; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <variant>

#include "madang/keeper/ledger.h"
#include "madang/keeper/store_error.h"
#include "madang/keeper/transfer.h"

namespace madang::keeper {

class Tables;

/// A history is that of a holder that gave and got things, or of a single thing that went from holder to
/// holder.
using Subject = std::variant<Holder, ThingId>;

/// A transfer that moved something of the subject.
struct HistoryEntry {
  std::string world{};       ///< the name of the world in which it happened
  std::uint64_t number = 0;  ///< of the entry in the journal of the world
  Transfer transfer{};

  /// Returns a line for a person, with the movements of the subject only:
  /// `"market", tick 7: trade: character 1 gives 3 coin to character 2`.
  std::string told_by(const Subject& subject, std::span<const Kind> kinds) const;
};

/// Calls the function with each transfer of the subject, world by world and in the order in which they
/// happened there, until it returns false. Reads all journals.
StoreResult<void> history_of(Tables& tables, const Subject& subject,
                             const std::function<bool(const HistoryEntry&)>& function);

}  // namespace madang::keeper

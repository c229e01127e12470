// The journal: every transfer that was ever done in a world, in its order. Nothing in it is changed later.
//
// Each entry has a hash of itself and of the hash before it, from the first one on, so that an edited, a
// missing and an exchanged entry are found. A person who may write to the database can compute all hashes
// anew. So keep a backup, or write down the last hash, somewhere else.
//
// Plain values and pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "madang/base/bytes.h"
#include "madang/keeper/hash.h"
#include "madang/keeper/transfer.h"

namespace madang::keeper {

/// A row of the journal. Its content is the transfer, encoded.
struct JournalEntry {
  WorldId world;
  std::uint64_t number = 0;  ///< 1, 2, 3, ... in each world
  std::uint64_t epoch = 0;   ///< of the lease under which it was written
  TransferId transfer;
  std::vector<std::byte> content{};
  Hash hash{};

  bool operator==(const JournalEntry&) const = default;
};

/// Returns the bytes of a transfer. Equal transfers have equal bytes.
std::vector<std::byte> encode(const Transfer& transfer);
/// Returns the transfer that these bytes encode; nothing if they encode none.
std::optional<Transfer> decode(Bytes content);

/// Returns the hash that an entry must have behind an entry with the hash `before`. The first entry of a
/// world is behind a hash of zeros.
Hash chained(const Hash& before, const JournalEntry& entry);

}  // namespace madang::keeper

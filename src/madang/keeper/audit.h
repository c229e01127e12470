// Audit: the proof that a store lost nothing and doubled nothing. A plain value; any thread.
//
// It reads everything. The journal alone says what each holder must have; the rows say what each holder has.
// It proves:
//   - Both are equal, and no holder has less than nothing.
//   - What all holders have of a kind is what the system has issued.
//   - Each single thing was issued once, and is in one place.
//   - The hashes of each journal form one chain. (The database refuses a second row with a transfer's id.)
//   - Each account has a number that was given, and its own keys, unless an older account has them. Each key
//     and each token has an account. (An account's id is its character's, so no two have one character.)
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "madang/keeper/ledger.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

class Tables;

struct Audit {
  /// The first ones are described; all are counted.
  static constexpr std::size_t described_max = 100;

  struct Sum {
    Kind kind;
    std::int64_t issued = 0;  ///< by the system, less what came back to it
    std::int64_t held = 0;    ///< by all others
  };

  std::uint64_t worlds = 0;
  std::uint64_t characters = 0;
  std::uint64_t accounts = 0;
  std::uint64_t things = 0;     ///< single ones that exist
  std::uint64_t transfers = 0;  ///< entries of all journals
  std::vector<Sum> sums{};      ///< of each kind, in the order of the kinds
  bool is_whole = false;        ///< everything was read
  std::uint64_t violations = 0;
  std::vector<std::string> described{};
};

/// Reads all tables. `progress` may be empty; it is called with the number of entries read, and ends the
/// audit with what it has found so far when it returns false. It needs memory for each holding and each
/// thing.
StoreResult<Audit> audit(Tables& tables, const std::vector<Kind>& kinds,
                         const std::function<bool(std::uint64_t)>& progress = {});

}  // namespace madang::keeper

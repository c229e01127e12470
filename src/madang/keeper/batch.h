// Batch: what one world gives to the store at once, everything of one tick or of several. Plain values; any
// thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "madang/base/ids.h"
#include "madang/keeper/transfer.h"

namespace madang::keeper {

/// The right of one process to write for a world. Each new lease of a world has a higher epoch, and a store
/// refuses all that comes with an older one (a fence).
struct Lease {
  WorldId world;
  std::uint64_t epoch = 0;
  auto operator<=>(const Lease&) const = default;
};

/// What happens to a character that is saved.
enum class Stay : std::uint8_t {
  enters,  ///< it comes from nowhere into the world of the batch
  stays,
  leaves,  ///< it is in no world afterwards
};

struct CharacterSave {
  static constexpr std::size_t image_bytes_max = 64 * 1024;

  CharacterId character;
  Stay stay = Stay::stays;
  std::uint64_t tick = 0;     ///< of the world, at most that of the batch; in one stay, an older save never
                              ///< overwrites a newer one
  std::uint32_t version = 0;  ///< of the game's table of kept attributes
  std::vector<std::byte> image{};  ///< what the game keeps of the character
};

struct Batch {
  static constexpr std::size_t image_bytes_max = 16 * 1024 * 1024;
  static constexpr std::size_t bytes_max = 64 * 1024 * 1024;  ///< of all images and movements
  static constexpr std::uint64_t tick_max = std::uint64_t{1} << 62;

  Lease lease;
  std::uint64_t tick = 0;             ///< the last one that the batch has everything of
  std::vector<Transfer> transfers{};  ///< in the order in which they happened
  std::vector<CharacterSave> characters{};
  /// What the game keeps of the world itself: chests, doors. Nothing: as it was.
  std::optional<std::vector<std::byte>> world_image{};
};

}  // namespace madang::keeper

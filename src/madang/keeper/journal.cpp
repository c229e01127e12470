#include "madang/keeper/journal.h"

#include <string_view>

#include "madang/wire/codec.h"

namespace madang::keeper {

namespace {

struct Content {
  TransferId id;
  std::uint64_t tick = 0;
  std::string_view reason{};
  wire::List<Movement> movements{};

  static constexpr auto table =
      wire::record("Content", "The content of an entry of the journal.", wire::field("id", &Content::id, ""),
                   wire::field("tick", &Content::tick, ""), wire::field("reason", &Content::reason, ""),
                   wire::field("movements", &Content::movements, ""));
};

/// What the hash covers besides the content.
struct Place {
  std::uint64_t world = 0;
  std::uint64_t number = 0;
  std::uint64_t epoch = 0;

  static constexpr auto table =
      wire::record("Place", "The place of an entry in the journal.", wire::field("world", &Place::world, ""),
                   wire::field("number", &Place::number, ""), wire::field("epoch", &Place::epoch, ""));
};

}  // namespace

std::vector<std::byte> encode(const Transfer& transfer) {
  const Content content{transfer.id, transfer.tick, transfer.reason, transfer.movements};
  std::vector<std::byte> bytes(wire::size_of(content));
  wire::put(bytes.data(), content);
  return bytes;
}

std::optional<Transfer> decode(Bytes bytes) {
  Content content;
  if (!wire::parse(bytes, content) || !bytes.empty()) return std::nullopt;
  Transfer transfer{content.id, content.tick, std::string(content.reason), {}};
  for (const Movement& movement : content.movements) transfer.movements.push_back(movement);
  return transfer;
}

Hash chained(const Hash& before, const JournalEntry& entry) {
  std::array<std::byte, 24> place;
  wire::put(place.data(), Place{entry.world.value, entry.number, entry.epoch});
  return Hasher().add(before.bytes).add(place).add(entry.content).finish();
}

}  // namespace madang::keeper

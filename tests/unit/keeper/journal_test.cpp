#include "madang/keeper/journal.h"

#include <gtest/gtest.h>

namespace madang::keeper {
namespace {

const Transfer a_transfer{{UINT64_MAX, 2},
                          77,
                          "a reason",
                          {{Holder::system(), Holder::of(CharacterId{5}), 3, INT64_MAX, {}},
                           {Holder::of(CharacterId{5}), Holder::ground_of({6}), 4, 1, {8, 9}}}};

TEST(Journal, a_transfer_comes_back_from_its_bytes) {
  EXPECT_EQ(decode(encode(a_transfer)), a_transfer);
  const Transfer empty{{0, 1}, 0, "", {}};
  EXPECT_EQ(decode(encode(empty)), empty);
}

TEST(Journal, other_bytes_are_no_transfer) {
  const std::vector<std::byte> bytes = encode(a_transfer);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode(Bytes(bytes).first(size))) << size;
  auto longer = bytes;
  longer.push_back({});
  EXPECT_FALSE(decode(longer));
}

TEST(Journal, each_part_of_an_entry_and_the_hash_before_it_change_its_hash) {
  const JournalEntry entry{{1}, 2, 3, a_transfer.id, encode(a_transfer), {}};
  const Hash hash = chained({}, entry);
  EXPECT_EQ(hash, chained({}, entry));
  EXPECT_NE(hash, chained(hash, entry));
  for (auto change : std::vector<void (*)(JournalEntry&)>{
           [](JournalEntry& e) { ++e.world.value; }, [](JournalEntry& e) { ++e.number; },
           [](JournalEntry& e) { ++e.epoch; }, [](JournalEntry& e) { e.content.back() ^= std::byte{1}; },
           [](JournalEntry& e) { e.content.pop_back(); }}) {
    JournalEntry changed = entry;
    change(changed);
    EXPECT_NE(chained({}, changed), hash);
  }
}

}  // namespace
}  // namespace madang::keeper

#include "madang/server/kept_world.h"

#include <utility>

#include "madang/base/bytes.h"
#include "madang/world/state_hash.h"

namespace madang::server {

namespace {

std::uint64_t hash_of(Bytes image) {
  world::StateHash hash;
  hash.add(as_text(image));
  return hash.value();
}

}  // namespace

void KeptWorld::release(std::span<const keeper::CharacterRow> left_behind) {
  if (left_behind.empty()) return;
  std::vector<keeper::CharacterSave> saves;
  for (const keeper::CharacterRow& row : left_behind)
    saves.push_back({.character = row.id, .stay = keeper::Stay::leaves, .image = row.image});
  ++tick_before_;
  give(0, std::move(saves));
}

void KeptWorld::on_tick(const world::AnyWorld& world, const world::WorldOutput& output) {
  std::vector<keeper::CharacterSave> saves;
  // First those that left: one that left and came back in this tick is in both lists.
  for (const auto& left : output.left) {
    if (here_.erase(left.character) == 0) continue;
    const Bytes image = output.bytes_of(left.part);
    saves.push_back(
        {.character = left.character, .stay = keeper::Stay::leaves, .image = {image.begin(), image.end()}});
  }
  for (const auto& entered : output.entered) {
    if (is_guest(entered.character)) continue;
    std::vector<std::byte> image = world.keep(entered.character);
    if (image.empty()) continue;
    here_[entered.character] = hash_of(image);
    saves.push_back(
        {.character = entered.character, .stay = keeper::Stay::enters, .image = std::move(image)});
  }
  if (world.tick_number() >= next_saves_ && !writer_.is_busy()) save_changed(world, saves);
  give(world.tick_number(), std::move(saves));
}

void KeptWorld::end(const world::AnyWorld& world) {
  std::vector<keeper::CharacterSave> saves;
  for (const auto& [character, hash] : here_)
    saves.push_back({.character = character, .stay = keeper::Stay::leaves, .image = world.keep(character)});
  here_.clear();
  ++tick_before_;  // the last tick has its batch already
  give(world.tick_number(), std::move(saves));
}

void KeptWorld::save_changed(const world::AnyWorld& world, std::vector<keeper::CharacterSave>& saves) {
  next_saves_ = world.tick_number() + limits_.save_interval;
  for (auto& [character, saved] : here_) {
    std::vector<std::byte> image = world.keep(character);
    const std::uint64_t hash = hash_of(image);
    if (saved == hash) continue;
    saved = hash;
    saves.push_back({.character = character, .stay = keeper::Stay::stays, .image = std::move(image)});
  }
}

/// Gives a batch, or several if one would be too large. Then each further one has a tick of its own, and the
/// later ticks of the world come later in the store.
void KeptWorld::give(std::uint64_t world_tick, std::vector<keeper::CharacterSave> saves) {
  std::size_t bytes = 0;
  keeper::Batch batch{.lease = lease_};
  const auto give_batch = [&] {
    batch.tick = tick_before_ + world_tick;
    for (keeper::CharacterSave& save : batch.characters) save.tick = batch.tick;
    writer_.give(std::exchange(batch, keeper::Batch{.lease = lease_}));
  };
  for (keeper::CharacterSave& save : saves) {
    if (bytes + save.image.size() > limits_.batch_bytes_max) {
      give_batch();
      ++tick_before_;
      bytes = 0;
    }
    bytes += save.image.size();
    batch.characters.push_back(std::move(save));
  }
  if (!batch.characters.empty()) give_batch();
}

std::uint64_t KeptWorld::durable_tick() const {
  const std::uint64_t durable = writer_.state(lease_).durable_tick;
  return durable < tick_before_ ? 0 : durable - tick_before_;
}

}  // namespace madang::server

// A tick that only walks and leaves takes nothing from the heap: every list is used again.
//
// To see that, this file counts what the whole test program takes. The sanitizers have their own heap, there
// the test is left out.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "unit/world/script.h"
#include "world/zone.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MADANG_OWN_HEAP 0
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MADANG_OWN_HEAP 0
#endif
#ifndef MADANG_OWN_HEAP
#define MADANG_OWN_HEAP 1
#endif

#if MADANG_OWN_HEAP

namespace {

thread_local std::uint64_t allocations = 0;

void* allocate(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace madang::world {
namespace {

TEST(ZoneMemory, IsNotTakenByTicksInWhichPlayersWalkAndLeave) {
  Zone zone({.width = 200, .height = 200, .move_interval_ticks = 1, .move_slack_ticks = 0});
  Habits habits{.players = 300, .enter_percent = 100, .leave_permille = 0, .talk_percent = 0};
  Script script(1, habits);
  TickEvents events;
  std::uint64_t while_walking = 0;
  for (int tick = 0; tick < 600; ++tick) {
    std::vector<Command> commands = script.next();
    const bool settled = tick >= 300;
    if (settled && tick % 10 == 0)
      commands.push_back({.kind = Command::Kind::leave, .owner = script.players().begin()->first});
    const std::uint64_t before = allocations;
    zone.tick(commands, events);
    if (settled) while_walking += allocations - before;
    script.learn(events);
  }
  EXPECT_GT(allocations, 0u);
  EXPECT_EQ(while_walking, 0u);
}

}  // namespace
}  // namespace madang::world

#endif

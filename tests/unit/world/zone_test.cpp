#include "world/zone.h"

#include <gtest/gtest.h>

namespace madang::world {
namespace {

TEST(Zone, SaysWhereANewcomerAppeared) {
  Zone zone(ZoneConfig{});
  TickEvents events;
  Command commands[] = {{.kind = Command::Kind::enter, .owner = SessionId{7}, .text = "Mina"}};
  zone.tick(commands, events);
  ASSERT_EQ(events.entered.size(), 1u);
  EXPECT_EQ(zone.piece(events.entered[0].alias).name, "Mina");
  EXPECT_EQ(zone.piece(events.entered[0].alias).position, events.entered[0].position);
}

}  // namespace
}  // namespace madang::world

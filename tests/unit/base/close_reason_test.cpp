#include "madang/base/close_reason.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace madang {
namespace {

TEST(CloseReason, HasANameOfItsOwnAndAText) {
  std::set<std::string_view> names;
  for (const CloseReasonText& each : close_reason_texts) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_FALSE(each.text.empty()) << each.name;
  }
}

TEST(CloseReason, IsMisbehaviourOnlyWhenTheClientHasCausedTheEnd) {
  for (const CloseReason reason :
       {CloseReason::bad_frame_size, CloseReason::bad_packet, CloseReason::bad_websocket,
        CloseReason::flooding, CloseReason::login_timeout, CloseReason::idle_timeout,
        CloseReason::slow_reader})
    EXPECT_TRUE(is_misbehaviour(reason)) << name_of(reason);
  for (const CloseReason reason :
       {CloseReason::none, CloseReason::client_left, CloseReason::connection_lost,
        CloseReason::server_stopping, CloseReason::kicked, CloseReason::server_full,
        CloseReason::too_many_from_address, CloseReason::world_full, CloseReason::banned})
    EXPECT_FALSE(is_misbehaviour(reason)) << name_of(reason);
}

TEST(CloseReason, OfAGameHasANumberAfterTheEngines) {
  static constexpr std::array<CloseReasonText, 2> own = {{{"mated", "checkmate"}, {"resigned", "given up"}}};
  const CloseReasons reasons(own);
  EXPECT_EQ(reasons.count(), close_reason_texts.size() + 2);
  EXPECT_EQ(reasons[CloseReason::kicked].name, "kicked");
  EXPECT_EQ(reasons[game_close_reason(0)].name, "mated");
  EXPECT_EQ(reasons[game_close_reason(1)].text, "given up");
  EXPECT_EQ(reasons[game_close_reason(2)].name, "of_another_game");
  EXPECT_EQ(name_of(game_close_reason(1)), "of_another_game") << "who does not know the game";
  EXPECT_FALSE(is_misbehaviour(game_close_reason(0)));
}

TEST(CloseReason, GivesADisconnectedPlayerTheWordOfThePages) {
  EXPECT_NE(text_of(CloseReason::kicked).find("disconnected"), std::string_view::npos);
}

}  // namespace
}  // namespace madang

// What a game's program has before anybody sets anything.
#include "madang/server/game.h"

#include <gtest/gtest.h>

#include "arena/room.h"
#include "board/board_config.h"

namespace madang::server {
namespace {

struct PlainGame : Game {
  using Game::Game;
};

TEST(GameTest, ItsPortsAreThoseOfItsProtocol) {
  const PlainGame arena(arena::game_info());
  EXPECT_EQ(arena.settings.listen, "127.0.0.1:7790");
  EXPECT_EQ(arena.settings.http, "127.0.0.1:7793");
  EXPECT_EQ(arena.settings.operator_address, "127.0.0.1:7794");
  const PlainGame board(board::game_info());
  EXPECT_EQ(board.settings.listen, Settings().listen);
  EXPECT_EQ(board.settings.http, Settings().http);
  EXPECT_EQ(board.settings.operator_address, Settings().operator_address);
}

TEST(GameTest, AGameThatAddsNothingIsComplete) {
  PlainGame game(arena::game_info());
  EXPECT_EQ(table_of(game).size(), table_of(game.settings).size());
  EXPECT_FALSE(find_problem(game));
  EXPECT_EQ(game.make_main_world(), nullptr);
  EXPECT_EQ(game.make_room("tea", 1), nullptr);
  EXPECT_TRUE(game.pages().empty());
  game.settings.limits.frame_bytes_max = 64;
  EXPECT_TRUE(find_problem(game)) << "a login does not fit";
}

}  // namespace
}  // namespace madang::server

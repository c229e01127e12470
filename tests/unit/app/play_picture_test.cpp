#include "app/play_picture.h"

#include <gtest/gtest.h>

#include <array>

#include "unit/client/small_game.h"

namespace madang::app {
namespace {

std::string text_of(const Screen& screen) {
  std::string text;
  for (int row = 0; row < screen.rows(); ++row) {
    for (int column = 0; column < screen.columns(); ++column) {
      const char32_t c = screen.at(column, row).character;
      if (c == 0) continue;
      if (c < 0x80) {
        text += static_cast<char>(c);
      } else if (c < 0x800) {
        text += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
      } else {
        text += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
                 static_cast<char>(0x80 | (c & 63))};
      }
    }
    text += '\n';
  }
  return text;
}

class PlayPicture : public ::testing::Test {
 protected:
  template <class Packet>
  void show(const Packet& packet) {
    show_bytes(client::small::frame_of(packet));
  }
  void show_piece(std::uint64_t number, const client::small::Step& at, const board::Piece& piece) {
    show_bytes(client::small::enter_frame<board::BoardParts::Entities>({0, 0}, client::small::id_of(number),
                                                                       at, piece));
  }
  void show_bytes(const Buffer& bytes) {
    ASSERT_EQ(client::small::apply_all(view_, bytes.bytes()), CloseReason::none);
  }

  /// The player is at 8, 8 of a map of one cell. An obstacle is at 10, 8.
  void enter() {
    show(wire::Welcome{.entity = client::small::id_of(1),
                       .map_width = 16,
                       .map_height = 16,
                       .cell_size = 16,
                       .units_per_tile = 1,
                       .x = 8,
                       .y = 8});
    std::array<std::byte, 32> obstacles{};
    obstacles[8 * 2 + 1] = std::byte{1 << 2};
    show(wire::CellBegin{0, 0, obstacles});
    show_piece(1, {11, 8, 8}, {.looks = board::Looks::knight, .name = "me"});
    show_piece(2, {12, 7, 6}, {.looks = board::Looks::queen, .name = "마당쇠"});
  }

  client::Findings findings_;
  board::PlayerView view_{findings_};
  PlayState state_{.name = "me"};
};

TEST_F(PlayPicture, PutsThePlayerInTheMiddleAndTheOthersAroundIt) {
  enter();
  const Screen screen = draw_play(view_, state_, 80, 24);
  // 54 columns of board are 27 tiles; 17 rows.
  const int column = 2 * 13;
  const int row = 1 + 8;
  EXPECT_EQ(screen.at(column, row).character, U'♞');
  EXPECT_EQ(screen.at(column - 2, row - 2).character, U'♛');
  EXPECT_EQ(screen.at(column + 4, row).character, U'▒');
  EXPECT_EQ(screen.at(column, row - 8).character, U'·') << "the upper edge of the map, 8, 0";
}

TEST_F(PlayPicture, ListsThePlayersInSightWithTheirDistance) {
  enter();
  const std::string text = text_of(draw_play(view_, state_, 80, 24));
  EXPECT_NE(text.find("♛ 마당쇠 2"), std::string::npos) << text;
  EXPECT_NE(text.find("in sight 2"), std::string::npos) << text;
}

TEST_F(PlayPicture, ShowsTheNewestTextsAndTheLineThatThePlayerTypes) {
  enter();
  for (int i = 0; i < 20; ++i) state_.chat.push_back("line " + std::to_string(i));
  state_.is_typing = true;
  state_.typed = "안녕";
  const std::string text = text_of(draw_play(view_, state_, 80, 24));
  EXPECT_NE(text.find("line 19"), std::string::npos);
  EXPECT_EQ(text.find("line 14"), std::string::npos);
  EXPECT_NE(text.find("> 안녕"), std::string::npos);
}

TEST_F(PlayPicture, ShowsTheEndOfALineThatIsTooLongForTheScreen) {
  state_.is_typing = true;
  for (int i = 0; i < 60; ++i) state_.typed += "가";
  state_.typed += "끝";
  EXPECT_NE(text_of(draw_play(view_, state_, 60, 10)).find("끝█"), std::string::npos);
}

TEST_F(PlayPicture, CanBeDrawnWithAnyBytesFromTheServer) {
  enter();
  show_piece(3, {13, 9, 8}, {.name = "\x1b[2Jrude\xed\x95"});
  state_.chat.push_back(std::string(40, 'x') + "\a\xf0");
  const std::string text = text_of(draw_play(view_, state_, 80, 24));
  EXPECT_NE(text.find(".[2Jrude\ufffd"), std::string::npos) << text;
  EXPECT_NE(text.find("xxx.\ufffd"), std::string::npos) << text;
}

TEST_F(PlayPicture, CanBeDrawnOnAnyScreen) {
  enter();
  state_.typed = "안녕";
  for (const bool typing : {false, true}) {
    state_.is_typing = typing;
    for (int columns = 0; columns < 90; ++columns)
      for (int rows = 0; rows < 12; ++rows) draw_play(view_, state_, columns, rows);
  }
}

TEST_F(PlayPicture, ShowsANoticeBeforeTheWelcome) {
  state_.notice = "connecting to 127.0.0.1:7777 ...";
  EXPECT_NE(text_of(draw_play(view_, state_, 80, 24)).find("connecting to 127.0.0.1:7777"),
            std::string::npos);
}

}  // namespace
}  // namespace madang::app

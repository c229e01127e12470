// The picture of `madang play`: the board around the player, the players nearby, and the chat. Pure: makes a
// Screen from the client's view.
#pragma once

#include <deque>
#include <string>

#include "app/screen.h"
#include "board/client/player_view.h"

namespace madang::app {

/// The part of the picture that is not in the client's view.
struct PlayState {
  std::string name;
  std::deque<std::string> chat;  ///< the newest line is the last
  bool is_typing = false;
  std::string typed;     ///< the text that the player is typing
  double delay_ms = -1;  ///< of the last move or ping; negative: not yet known
  std::string notice;    ///< a line that replaces the help at the bottom
};

/// Returns the picture, with this number of columns and rows.
Screen draw_play(const board::PlayerView& view, const PlayState& state, int columns, int rows);

}  // namespace madang::app

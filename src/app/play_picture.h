// The picture of `madang play`: the board around the player, who is near, what was said. Pure: from what the
// client knows to a Screen.
#pragma once

#include <deque>
#include <string>

#include "app/screen.h"
#include "client/view.h"

namespace madang::app {

/// What the picture shows besides the view.
struct PlayState {
  std::string name;
  std::deque<std::string> chat;  ///< the newest last
  bool typing = false;
  std::string typed;     ///< the line that is being written
  double delay_ms = -1;  ///< of the last move or ping; negative: not known yet
  std::string notice;    ///< one line instead of the help
};

Screen draw_play(const client::View& view, const PlayState& state, int columns, int rows);

}  // namespace madang::app

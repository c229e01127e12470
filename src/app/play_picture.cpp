#include "app/play_picture.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "madang/base/random.h"

namespace madang::app {

namespace {

constexpr int chat_rows = 5;
constexpr int names_columns = 26;
constexpr int columns_for_names = 70;  // a narrower screen does not show the list of names
constexpr const char* piece_signs[] = {"♚", "♛", "♜", "♝", "♞", "♟"};

constexpr Style title_style{Color::bright_white, Color::blue};
constexpr Style own_style{Color::bright_white, Color::blue};
constexpr Style obstacle_style{Color::bright_black, Color::black};
constexpr Style dot_style{Color::bright_black, Color::black};
constexpr Style quiet_style{Color::bright_black, Color::black};
constexpr Style typing_style{Color::bright_yellow, Color::black};
constexpr Style notice_style{Color::bright_red, Color::black};

/// Returns the style of a piece. All players see the same piece in the same colour.
Style style_of(const wire::Id& id) {
  constexpr Color colors[] = {Color::bright_red,     Color::bright_green, Color::bright_yellow,
                              Color::bright_magenta, Color::bright_cyan,  Color::white};
  return {colors[scatter(id.low) % std::size(colors)], Color::black};
}

/// The rectangle of the screen that shows the board, with the player in the middle. A tile is two columns
/// wide, so that it is nearly square.
struct Board {
  int columns;
  int top;
  int rows;
  world::Position middle;

  int tiles_across() const { return columns / 2; }
  int column_of(int x) const { return 2 * (x - middle.x + tiles_across() / 2); }
  int row_of(int y) const { return top + y - middle.y + rows / 2; }
  bool shows(int column, int row) const {
    return column >= 0 && column + 1 < columns && row >= top && row < top + rows;
  }
};

void draw_title(Screen& screen, const board::PlayerView& view, const PlayState& state) {
  screen.fill(0, 0, screen.columns(), title_style);
  std::string title = fmt::format(" Madang   {}", state.name);
  if (view.is_welcomed()) {
    const world::Position position = view.own_position();
    title += fmt::format("   {}, {}   in sight {}", position.x, position.y, view.entity_count());
  }
  if (state.delay_ms >= 0) title += fmt::format("   delay {:.1f} ms", state.delay_ms);
  screen.put(0, 0, title, title_style);
}

void draw_ground(Screen& screen, const board::PlayerView& view, const Board& board) {
  for (int row = board.top; row < board.top + board.rows; ++row)
    for (int across = 0; across < board.tiles_across(); ++across) {
      const int x = board.middle.x + across - board.tiles_across() / 2;
      const int y = board.middle.y + row - board.top - board.rows / 2;
      switch (view.tile({x, y})) {
        case client::Tile::unknown: break;
        case client::Tile::obstacle: screen.put(2 * across, row, "▒▒", obstacle_style); break;
        case client::Tile::free:
          if ((x + y) % 2 == 0) screen.put(2 * across, row, "·", dot_style);
      }
    }
}

void draw_piece(Screen& screen, const Board& board, const board::SeenPiece& piece, bool own) {
  const int column = board.column_of(piece.position.x);
  const int row = board.row_of(piece.position.y);
  if (!board.shows(column, row)) return;
  const Style style = own ? own_style : style_of(piece.id);
  if (own) screen.fill(column, row, 2, style);
  screen.put(column, row, piece_signs[static_cast<std::size_t>(piece.looks)], style);
}

/// Draws the other pieces first, so that the player's own piece is on top.
void draw_pieces(Screen& screen, const board::PlayerView& view, const Board& board) {
  const wire::Id own = view.welcome().entity;
  view.for_each_piece([&](const board::SeenPiece& piece) {
    if (piece.id != own) draw_piece(screen, board, piece, false);
  });
  if (const auto piece = view.find_piece(own)) draw_piece(screen, board, *piece, true);
}

/// Draws the list of the players in sight. The nearest player is the first.
void draw_names(Screen& screen, const board::PlayerView& view, int column, int top, int rows) {
  const world::Position own = view.own_position();
  const auto distance = [&](const board::SeenPiece& piece) {
    return board::axis_distance(piece.position, own);
  };
  std::vector<board::SeenPiece> others;
  view.for_each_piece([&](const board::SeenPiece& piece) {
    if (piece.id != view.welcome().entity) others.push_back(piece);
  });
  std::sort(others.begin(), others.end(), [&](const auto& a, const auto& b) {
    return std::pair(distance(a), a.id) < std::pair(distance(b), b.id);
  });
  int row = top;
  for (const board::SeenPiece& piece : others) {
    if (row == top + rows) break;
    screen.put(column, row, piece_signs[static_cast<std::size_t>(piece.looks)], style_of(piece.id));
    const int width = screen.put(column + 2, row, piece.name, {}, names_columns - 8);
    screen.put(column + 3 + width, row++, std::to_string(distance(piece)), quiet_style);
  }
}

void draw_chat(Screen& screen, const PlayState& state) {
  const int bottom = screen.rows() - 1;
  int row = bottom - 1;
  for (auto line = state.chat.rbegin(); line != state.chat.rend() && row >= bottom - chat_rows; ++line, --row)
    screen.put(0, row, *line);
  if (state.is_typing) {
    // Only the end of a long line is shown, because the player is typing there.
    const int columns_max = screen.columns() - 4;
    std::string_view end = state.typed;
    while (!end.empty() && width_of(end) > columns_max) {
      do end.remove_prefix(1);
      while (!end.empty() && (end.front() & 0xc0) == 0x80);
    }
    const int width = screen.put(0, bottom, "> ", typing_style);
    const int typed = screen.put(width, bottom, end, typing_style);
    screen.put(width + typed, bottom, "█", typing_style);
  } else if (!state.notice.empty()) {
    screen.put(0, bottom, state.notice, notice_style);
  } else {
    screen.put(0, bottom, "arrow keys: walk   Enter: say (begin with ! to shout)   Esc: leave", quiet_style);
  }
}

}  // namespace

Screen draw_play(const board::PlayerView& view, const PlayState& state, int columns, int rows) {
  Screen screen(columns, rows);
  draw_title(screen, view, state);
  const bool with_names = columns >= columns_for_names;
  const Board board{.columns = (with_names ? columns - names_columns : columns) & ~1,
                    .top = 1,
                    .rows = std::max(rows - 2 - chat_rows, 0),
                    .middle = view.own_position()};
  if (view.is_welcomed()) {
    draw_ground(screen, view, board);
    draw_pieces(screen, view, board);
    if (with_names) draw_names(screen, view, board.columns + 1, board.top, board.rows);
  }
  draw_chat(screen, state);
  return screen;
}

}  // namespace madang::app

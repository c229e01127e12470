// BoardGame: the board as the game of a server's program: its settings, worlds, page and demo bots.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "board/board_config.h"
#include "madang/server/game.h"

namespace madang::app {

class BoardGame : public server::Game {
 public:
  BoardGame() : Game(board::game_info()) {}

  std::uint32_t demo_bots = 0;
  std::uint32_t demo_roam = 6;  ///< tiles; 0: no maximum

  server::MapSize map{1000, 1000};
  std::uint32_t obstacle_percent = 8;
  std::uint32_t move_interval_ms = 1'000;
  std::uint32_t move_slack_percent = 25;
  std::uint32_t cell_size = 8;
  std::uint32_t view_radius = 10;
  std::uint32_t leave_radius = 14;
  std::uint32_t arrival_radius = 20;  ///< tiles; 0: no maximum
  std::uint32_t room_side = 0;        ///< tiles; 0: there are no rooms
  std::uint32_t room_players_max = 100;
  std::uint32_t players_max = 100'000;

  std::vector<server::Setting> own_settings() override;
  std::optional<server::SettingsProblem> find_problem() override;
  std::unique_ptr<world::AnyWorld> make_main_world() const override;
  std::unique_ptr<world::AnyWorld> make_room(std::string_view name, std::uint64_t number) const override;
  std::span<const server::Page> pages() const override;
  void prepare() override;
  std::shared_ptr<void> start_companion(const server::Server& server) const override;
};

/// Returns the configuration of the board. Times in milliseconds become numbers of ticks.
/// Precondition: find_problem() returns none.
board::BoardConfig board_config_of(const BoardGame& game);

}  // namespace madang::app

#include "madang/server/game.h"

#include <fmt/core.h>

namespace madang::server {

Game::Game(const world::GameInfo& info) : info_(info) {
  const auto on_this_machine = [](int port) { return fmt::format("127.0.0.1:{}", port); };
  const int port = info.protocol.default_port;
  settings.listen = on_this_machine(port);
  settings.http = on_this_machine(port + 3);
  settings.operator_address = on_this_machine(port + 4);
}

std::vector<Setting> table_of(Game& game) { return join(table_of(game.settings), game.own_settings()); }

std::optional<SettingsProblem> find_problem(Game& game) {
  if (auto problem = find_problem(game.settings, game.info().entry_bytes)) return problem;
  return game.find_problem();
}

}  // namespace madang::server

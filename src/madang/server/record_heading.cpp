#include "madang/server/record_heading.h"

#include <fmt/core.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "madang/base/text.h"
#include "madang/server/settings_toml.h"
#include "madang/wire/schema.h"

namespace madang::server {

namespace {

constexpr std::string_view recorded_section = "world";

std::string text_of(const ProgramInfo& program) {
  return fmt::format("{} {}", program.name, program.version);
}

/// Returns the hash of what clients may send, and of what the operator may do. What the server sends does not
/// matter for a replay.
std::uint64_t input_schema(const Game& game) {
  const wire::Protocol& protocol = game.info().protocol;
  std::vector<wire::PacketInfo> actions;
  for (const wire::RecordInfo& action : game.info().operator_actions)
    actions.push_back({static_cast<std::uint16_t>(actions.size()), action});
  return wire::hash_schema(protocol.client, actions, protocol.entry);
}

/// Sets the settings. Returns why they are not those of this game, or none.
std::optional<std::string> read_settings(const std::string& toml, Game& game) {
  const ConfigRead read = read_config(toml, "settings", table_of(game));
  if (!read.problems.empty()) return read.problems.front();
  if (const auto problem = find_problem(game)) return fmt::format("{}: {}", problem->setting, problem->text);
  return std::nullopt;
}

}  // namespace

world::RecordHeading heading_of(const ProgramInfo& program, Game& game, const world::AnyWorld& world) {
  return {.program = text_of(program),
          .game = std::string(game.info().name),
          .state_schema = world.state_schema(),
          .input_schema = input_schema(game),
          .map_hash = world::hash_of(world.map()),
          .settings = section_text(table_of(game), recorded_section)};
}

std::expected<RecordedWorld, std::string> make_recorded_world(const ProgramInfo& program,
                                                              const MakeGame& make_game,
                                                              const world::RecordHeading& heading) {
  const auto refused = [&](std::string_view why) {
    return std::unexpected(fmt::format("it was recorded by {}, and this is {}: {}", shown(heading.program),
                                       text_of(program), why));
  };
  RecordedWorld recorded{make_game(), nullptr};
  Game& game = *recorded.game;
  if (heading.game != game.info().name)
    return refused(fmt::format("its game is \"{}\", which this program does not have", shown(heading.game)));
  if (const auto wrong = read_settings(heading.settings, game)) return refused(shown(*wrong));
  if (heading.input_schema != input_schema(game)) return refused("the game's commands differ");
  recorded.world = game.make_main_world();
  if (!recorded.world) return refused("the same settings make no main world now");
  if (heading.state_schema != recorded.world->state_schema())
    return refused("the game's attributes or effects differ");
  if (heading.map_hash != world::hash_of(recorded.world->map()))
    return refused("the same settings make another map now");
  return recorded;
}

}  // namespace madang::server

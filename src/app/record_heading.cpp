#include "app/record_heading.h"

#include <fmt/core.h>

#include "madang/base/text.h"
#include "madang/server/settings_toml.h"
#include "madang/wire/schema.h"

namespace madang::app {

namespace {

constexpr std::string_view this_program = "madang " MADANG_VERSION;
constexpr std::string_view recorded_section = "world";

/// Returns the hash of what clients may send. What the server sends does not matter for a replay.
std::uint64_t input_schema() {
  const wire::Protocol& protocol = board::game_info().protocol;
  return wire::hash_schema(protocol.client, {}, protocol.entry);
}

/// Returns the settings, or why they are not those of this program.
std::expected<ServeSettings, std::string> parse_settings(const std::string& toml) {
  ServeSettings settings;
  const server::ConfigRead read = server::read_config(toml, "settings", table_of(settings));
  if (!read.problems.empty()) return std::unexpected(read.problems.front());
  if (const auto problem = find_problem(settings))
    return std::unexpected(fmt::format("{}: {}", problem->setting, problem->text));
  return settings;
}

}  // namespace

world::RecordHeading heading_of(const ServeSettings& settings, const world::AnyWorld& world) {
  ServeSettings copy = settings;  // a table points into settings that it may change
  return {.program = std::string(this_program),
          .game = std::string(board::game_info().name),
          .state_schema = world.state_schema(),
          .input_schema = input_schema(),
          .map_hash = world::hash_of(world.map()),
          .settings = server::section_text(table_of(copy), recorded_section)};
}

std::expected<RecordedWorld, std::string> make_recorded_world(const world::RecordHeading& heading) {
  const auto refused = [&](std::string_view why) {
    return std::unexpected(
        fmt::format("it was recorded by {}, and this is {}: {}", shown(heading.program), this_program, why));
  };
  if (heading.game != board::game_info().name)
    return refused(fmt::format("its game is \"{}\", which this program does not have", shown(heading.game)));
  const auto settings = parse_settings(heading.settings);
  if (!settings) return refused(shown(settings.error()));
  if (heading.input_schema != input_schema()) return refused("the game's commands differ");
  RecordedWorld recorded{*settings, board::make_world(board_config_of(*settings))};
  if (heading.state_schema != recorded.world->state_schema())
    return refused("the game's attributes or effects differ");
  if (heading.map_hash != world::hash_of(recorded.world->map()))
    return refused("the same settings make another map now");
  return recorded;
}

}  // namespace madang::app

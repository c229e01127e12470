// The heading of a record: all that decides how the main world of a server goes on, except its inputs. Those
// are the settings of the section [world], and the map.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "madang/server/game.h"
#include "madang/server/program.h"
#include "madang/world/any_world.h"
#include "madang/world/record_file.h"

namespace madang::server {

/// Returns the heading of a record of this world, which the game has made.
world::RecordHeading heading_of(const ProgramInfo& program, Game& game, const world::AnyWorld& world);

/// The world of a record, as it was at the beginning.
struct RecordedWorld {
  std::unique_ptr<Game> game;  ///< with the settings of the record
  std::unique_ptr<world::AnyWorld> world;
};
/// Makes the world of a record. The error is one line: why this program cannot play the record.
std::expected<RecordedWorld, std::string> make_recorded_world(const ProgramInfo& program,
                                                              const MakeGame& make_game,
                                                              const world::RecordHeading& heading);

}  // namespace madang::server

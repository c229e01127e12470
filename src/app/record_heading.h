// The heading of a record: all that decides how the world of `madang serve` goes on, except its inputs. Those
// are the settings of the section [world], and the map.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "app/settings.h"
#include "madang/world/any_world.h"
#include "madang/world/record_file.h"

namespace madang::app {

/// Returns the heading of a record of this world, which was made from these settings.
world::RecordHeading heading_of(const ServeSettings& settings, const world::AnyWorld& world);

/// The world of a record, as it was at the beginning.
struct RecordedWorld {
  ServeSettings settings;
  std::unique_ptr<world::AnyWorld> world;
};
/// Makes the world of a record. The error is one line: why this program cannot play the record.
std::expected<RecordedWorld, std::string> make_recorded_world(const world::RecordHeading& heading);

}  // namespace madang::app

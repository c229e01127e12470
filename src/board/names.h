// The names of the engine's world that the board uses as its own.
#pragma once

#include "madang/world/cell_map.h"
#include "madang/world/cell_members.h"
#include "madang/world/cells.h"
#include "madang/world/interest.h"
#include "madang/world/map.h"
#include "madang/world/state_hash.h"

namespace madang::board {

using world::CellIndex;
using world::CellMap;
using world::CellMembers;
using world::CellRect;
using world::Grid;
using world::InterestRadii;
using world::Map;
using world::StateHash;
using world::watch_from;

}  // namespace madang::board

// The files of the player's page, which are compiled into the program (madang/server/page.h). Constant data;
// any thread.
#pragma once

#include <span>

#include "madang/server/page.h"

namespace madang::app {

std::span<const server::Page> player_pages();

}  // namespace madang::app

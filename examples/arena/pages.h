// The files of the page for players (page/), if this build has it: see CMakeLists.txt.
#pragma once

#include <span>

#include "madang/server/page.h"

namespace arena {

std::span<const madang::server::Page> pages();

}  // namespace arena

#include <cstdio>

#include "app/console.h"

namespace madang::app {

Console::Console() = default;

Console::~Console() { std::fflush(stdout); }

std::vector<std::string> Console::arguments(int argc, char** argv) const {
  return argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>();
}

}  // namespace madang::app

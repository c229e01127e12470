#include "app/client_settings.h"

namespace madang::app {

std::vector<server::Setting> table_of(PlayOptions& options) {
  PlayOptions& o = options;
  return {
      {"options", "connect", &o.connect, "HOST:PORT of the server"},
      {"options", "name", &o.name,
       "Name that the other players see; without this option, your user name on this machine"},
      {"options", "world", &o.world, "Name of the world to enter; empty: the main world"},
      {"options", "looks", &o.looks, "Piece that the other players see"},
      {"options", "io", &o.io, "Backend of the completion port; auto: the best one on this machine"},
  };
}

}  // namespace madang::app

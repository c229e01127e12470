#include "app/client_settings.h"

namespace madang::app {

std::vector<Setting> table_of(PlayOptions& options) {
  PlayOptions& o = options;
  return {
      {"options", "connect", &o.connect, "HOST:PORT of the server"},
      {"options", "name", &o.name,
       "What the others call you; your name on this machine unless told otherwise"},
      {"options", "looks", &o.looks, "The piece that the others see"},
      {"options", "io", &o.io, "The completion port; auto takes the best"},
  };
}

}  // namespace madang::app

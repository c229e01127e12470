#include "io/uring_endpoint.h"

#include <unistd.h>

#include <cstring>

namespace madang::io {

int UringEndpoint::take_held_handle() {
  int taken = -1;
  std::memcpy(&taken, held.data(), sizeof taken);
  held.consume(sizeof taken);
  return taken;
}

void UringEndpoint::close_handles() {
  while (listener && !held.empty()) ::close(take_held_handle());
  ::close(handle);
}

}  // namespace madang::io

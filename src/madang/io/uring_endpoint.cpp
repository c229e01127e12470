#include "madang/io/uring_endpoint.h"

#include <unistd.h>

#include <cstring>

namespace madang::io {

int UringEndpoint::pop_held_handle() {
  int first = -1;
  std::memcpy(&first, held.data(), sizeof first);
  held.consume(sizeof first);
  return first;
}

void UringEndpoint::close_handles() {
  while (is_listener && !held.empty()) ::close(pop_held_handle());
  ::close(handle);
}

}  // namespace madang::io

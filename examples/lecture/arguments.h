// What the lecture's programs are told when they start: PROGRAM [[HOST:]PORT] [auto|uring|epoll|iocp].
#pragma once

#include "io/address.h"
#include "io/port.h"

namespace madang::lecture {

struct Arguments {
  io::Address address = io::Address::loopback(3500);  ///< port 0: the system chooses one
  io::Backend backend = io::Backend::automatic;
};

/// Explains itself and ends the program when asked for help, or when it cannot make sense of them.
Arguments read_arguments(int argc, char** argv);

}  // namespace madang::lecture

// What the lecture's programs are told when they start: PROGRAM [HOST:PORT|HOST|PORT]
// [auto|uring|epoll|iocp].
#pragma once

#include <cstdint>

#include "io/address.h"
#include "io/port.h"

namespace madang::lecture {

constexpr std::uint16_t default_port = 3500;

struct Arguments {
  io::Address address = io::Address::loopback(default_port);  ///< port 0: the system chooses one
  io::Backend backend = io::Backend::automatic;
};

/// Explains itself and ends the program when asked for help, or when it cannot make sense of them.
Arguments read_arguments(int argc, char** argv);

}  // namespace madang::lecture

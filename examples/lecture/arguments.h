// The arguments of the lecture's programs: PROGRAM [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp].
#pragma once

#include <cstdint>

#include "madang/io/address.h"
#include "madang/io/port.h"

namespace madang::lecture {

constexpr std::uint16_t default_port = 3500;

struct Arguments {
  io::Address address = io::Address::loopback(default_port);  ///< port 0: the system chooses one
  io::Backend backend = io::Backend::automatic;
};

/// Reads the arguments. For --help, and for wrong arguments, it prints a text and ends the program.
Arguments read_arguments(int argc, char** argv);

}  // namespace madang::lecture

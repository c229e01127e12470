#include "arguments.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace madang::lecture {

namespace {

constexpr std::string_view usage =
    "usage: {} [HOST:PORT|HOST|PORT] [auto|uring|epoll|iocp]\n"
    "\n"
    "  HOST:PORT  address to listen on or to connect to (default 127.0.0.1:3500; HOST or PORT may be left\n"
    "             out). With port 0, a server chooses a free port and prints it\n"
    "  auto ...   backend of the completion port; auto: the best one on this machine (default)\n";

[[noreturn]] void refuse(std::string_view why) {
  fmt::print(stderr, "{}; see --help\n", why);
  std::exit(2);
}

io::Address read_address(std::string text) {
  const bool is_port =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const bool is_host = text.find(':') == std::string::npos || text.ends_with(']');
  if (is_port) {
    text = "127.0.0.1:" + text;
  } else if (!text.empty() && is_host) {
    text += fmt::format(":{}", default_port);
  }
  const auto address = io::Address::resolve(text);
  if (!address) refuse(address.error());
  return *address;
}

io::Backend read_backend(std::string_view text) {
  for (const io::Backend backend :
       {io::Backend::automatic, io::Backend::uring, io::Backend::epoll, io::Backend::iocp})
    if (text == name_of(backend)) return backend;
  refuse(fmt::format("\"{}\" is not one of auto, uring, epoll or iocp", text));
}

}  // namespace

Arguments read_arguments(int argc, char** argv) {
  Arguments arguments;
  if (argc > 1 && (argv[1] == std::string_view("--help") || argv[1] == std::string_view("-h"))) {
    fmt::print(fmt::runtime(usage), argv[0]);
    std::exit(0);
  }
  if (argc > 3) refuse("too many arguments");
  if (argc > 1) arguments.address = read_address(argv[1]);
  if (argc > 2) arguments.backend = read_backend(argv[2]);
  return arguments;
}

}  // namespace madang::lecture

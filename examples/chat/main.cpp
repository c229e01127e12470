// chat: a server of examples/chat/chat.h.
#include <fmt/core.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "chat/chat.h"
#include "madang/server/server.h"

namespace {

/// Returns 0 if the text is not a number of seconds.
std::uint32_t seconds_in(std::string_view text) {
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() && seconds <= 86'400 ? seconds : 0;
}

}  // namespace

int main(int argc, char** argv) {
  madang::server::ServerOptions options;
  options.listen = argc > 1 ? argv[1] : "127.0.0.1:7000";
  options.workers = 2;
  chat::Room room;
  const std::uint32_t quiet_s = argc > 2 ? seconds_in(argv[2]) : 300;
  room.quiet_max = std::chrono::seconds(quiet_s);
  if (argc > 3 || quiet_s == 0 || !madang::io::Address::resolve(options.listen)) {
    fmt::print(stderr,
               "usage: chat [HOST:PORT [SECONDS]] (by default 127.0.0.1:7000 300)\n"
               "  A guest that says nothing for SECONDS (1 to 86400) is sent away.\n");
    return 2;
  }
  return madang::server::run_service(
      options, [&room](madang::net::Worker& worker) { return std::make_unique<chat::Chat>(worker, room); });
}

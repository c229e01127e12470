// An echo server on Madang's session layer: a worker, its sessions and frames, and a service with one
// function. It has everything that a game has, except the login. The limits are so high that no limit is
// reached.
#include <algorithm>
#include <string_view>

#include "madang/base/log.h"
#include "madang/io/port.h"
#include "madang/net/worker.h"
#include "server.h"

using namespace madang;

namespace {

class Echo final : public net::Service {
 public:
  explicit Echo(net::Worker& worker) : worker_(worker) {}

  void on_open(net::Session& session) override { worker_.establish(session); }

  net::Verdict on_frame(net::Session& session, const wire::Frame& frame) override {
    worker_.forward(frame, session);
    return net::Verdict::handled();
  }

 private:
  net::Worker& worker_;
};

Limits wide_limits() {
  Limits limits;
  limits.sessions_max = 20'000;
  limits.handshakes_per_second_max = 1'000'000;
  limits.login_deadline_ms = 3'600'000;
  limits.idle_timeout_ms = 3'600'000;
  limits.frame_bytes_max = wire::frame_size_max;
  return limits;
}

}  // namespace

int main(int argc, char** argv) {
  echo::raise_descriptor_limit();
  set_log_level(LogLevel::warning);
  const bool on_epoll = argc > 2 && std::string_view(argv[2]) == "epoll";
  // The third argument is kernel_send_bytes_max, in bytes; 0: no limit.
  const io::PortOptions options{.unsent_bytes_max = static_cast<int>(echo::argument(argc, argv, 3, 0))};
  auto port = io::make_port(on_epoll ? io::Backend::epoll : io::Backend::uring, options);
  if (!port) echo::die("make_port");

  const Limits limits = wide_limits();
  net::Admission admission(limits);
  net::Worker worker(0, limits, std::move(*port), admission);
  Echo service(worker);
  worker.set_service(service);
  const auto listening = worker.listen(
      io::Address::loopback(static_cast<std::uint16_t>(echo::argument(argc, argv, 1, 0))), {&worker});
  if (!listening) echo::die("listen");
  echo::announce(listening->port);
  for (;;) worker.turn(io::Port::forever);
}

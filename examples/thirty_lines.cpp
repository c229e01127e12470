// Your own server in thirty lines: an echo server for Madang's frames (u16 size, u16 opcode, body).
// The engine handles sessions, limits, back-pressure, goodbyes and an orderly stop.
#include "madang/server/server.h"

using namespace madang;

class Echo final : public net::Service {
 public:
  explicit Echo(net::Worker& worker) : worker_(worker) {}

  // An echo has no login, so every session is established at once. (Other sessions end after a deadline.)
  void on_open(net::Session& session) override { worker_.establish(session); }

  // The worker sends all data of one turn in one send.
  net::Verdict on_frame(net::Session& session, const wire::Frame& frame) override {
    worker_.forward(frame, session);
    return net::Verdict::handled();
  }

 private:
  net::Worker& worker_;
};

int main(int argc, char** argv) {
  server::ServerOptions options;
  options.listen = argc > 1 ? argv[1] : "127.0.0.1:7000";
  if (argc > 2 || !io::Address::resolve(options.listen)) {
    fmt::print(stderr, "usage: thirty_lines [HOST:PORT] (by default 127.0.0.1:7000)\n");
    return 2;
  }
  return server::run_service(options, [](net::Worker& worker) { return std::make_unique<Echo>(worker); });
}

// A server of your own in thirty lines: an echo that speaks Madang's frames (u16 size, u16 opcode, body).
// Sessions, limits, back-pressure, goodbyes and an orderly stop are the engine's business.
#include "app/server.h"

using namespace madang;

class Echo final : public net::Service {
 public:
  explicit Echo(net::Worker& worker) : worker_(worker) {}

  // Whoever comes may stay: an echo has no login. (Who is not established in time is asked to leave.)
  void on_open(net::Session& session) override { worker_.establish(session); }

  // All that is appended during a turn leaves in one send.
  net::Verdict on_frame(net::Session& session, const wire::Frame& frame) override {
    worker_.forward(frame, session);
    return net::Verdict::handled();
  }

 private:
  net::Worker& worker_;
};

int main(int argc, char** argv) {
  app::ServerOptions options;
  options.listen = argc > 1 ? argv[1] : "127.0.0.1:7000";
  return app::run_service(options, [](net::Worker& worker) { return std::make_unique<Echo>(worker); });
}

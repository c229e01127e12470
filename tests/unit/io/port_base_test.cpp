// PortBase without a kernel: the wake-up between threads.
#include "madang/io/port_base.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>

namespace madang::io {
namespace {

/// Its kernel is one flag. A turn takes nanoseconds, so the test tries a race very often.
class FlagPort final : public PortBase, public CompletionHandler {
 public:
  FlagPort() : PortBase(PortOptions{.posts_max = 8}) {}

  std::uint64_t posts_seen() const { return posts_seen_; }
  bool slept_too_long() const { return slept_too_long_; }

  void on_completion(Completion& completion) override {
    if (completion.kind == OperationKind::post) posts_seen_.store(completion.value);
  }

  Backend backend() const override { return Backend::sim; }
  Result<Socket> listen(const Address&, Key) override { return Socket{}; }
  Address local_address(Socket) const override { return {}; }
  Result<Socket> adopt(NativeSocket, Key) override { return Socket{}; }
  Result<Socket> connect(const Address&, Key) override { return Socket{}; }
  void set_key(Socket, Key) override {}
  void receive(Socket) override {}
  void receive_into(Socket, Buffer) override {}
  void pause(Socket) override {}
  void resume(Socket) override {}
  void stop(Socket) override {}
  void send(Socket, Buffer) override {}
  void shutdown_send(Socket) override {}
  std::size_t unsent_bytes(Socket) const override { return 0; }
  void close(Socket, CloseMode) override {}

 private:
  static constexpr Duration patience = 20s;

  void submit() override {}
  void poll(Duration wait) override {
    if (wait == Duration::zero()) return;
    const Time latest = steady_now() + patience;
    for (std::uint32_t looks = 1; !woken_.exchange(false); ++looks) {
      if (looks % 1'000 != 0) continue;
      std::this_thread::yield();
      slept_too_long_ = steady_now() > latest;
      if (slept_too_long_) return;
    }
  }
  void wake() override { woken_ = true; }

  std::atomic<bool> woken_{false};
  std::atomic<std::uint64_t> posts_seen_{0};
  std::atomic<bool> slept_too_long_{false};
};

TEST(PortBase, APostThatComesAsThePortGoesToSleepWakesIt) {
  constexpr std::uint64_t posts = 60'000;
  FlagPort port;
  std::thread poster([&] {
    for (std::uint64_t post = 1; post <= posts && !port.slept_too_long(); ++post) {
      // Each post comes at another moment of the port's turn.
      for (std::atomic<std::uint64_t> pause = post % 61; pause > 0; --pause) {
      }
      if (!port.post(0, post)) break;
      for (std::uint32_t looks = 1; port.posts_seen() < post && !port.slept_too_long(); ++looks)
        if (looks % 1'000 == 0) std::this_thread::yield();
    }
  });
  while (port.posts_seen() < posts && !port.slept_too_long()) port.turn(port, Port::forever);
  poster.join();
  EXPECT_EQ(port.posts_seen(), posts) << "a wake-up was lost";
}

}  // namespace
}  // namespace madang::io

// In a warm state, a packet on its way through the session layer allocates nothing. Tested on every port of
// this machine, with real sockets.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "madang/net/worker.h"
#include "unit/allocations.h"

namespace madang::net {
namespace {

constexpr std::size_t clients = 20;
constexpr std::size_t frame_bytes = 64;

class Echo final : public Service {
 public:
  explicit Echo(Worker& worker) : worker_(worker) {}
  void on_open(Session& session) override { worker_.establish(session); }
  Verdict on_frame(Session& session, const wire::Frame& frame) override {
    worker_.forward(frame, session);
    return Verdict::handled();
  }

 private:
  Worker& worker_;
};

/// The clients, on a thread of their own. Each one sends some frames, and sends again when all have come
/// back.
class Load final : private io::CompletionHandler {
 public:
  Load(io::Backend backend, const io::Address& to, std::size_t frames_at_once)
      : bytes_at_once_(frames_at_once * frame_bytes), thread_([this, backend, to] { run(backend, to); }) {}
  ~Load() {
    stop_ = true;
    thread_.join();
  }

 private:
  void run(io::Backend backend, const io::Address& to) {
    auto port = io::make_port(backend);
    ASSERT_TRUE(port.has_value());
    port_ = std::move(*port);
    for (std::size_t i = 0; i < clients; ++i) ASSERT_TRUE(port_->connect(to, i).has_value());
    while (!stop_) port_->turn(*this, 20ms);
    port_.reset();
  }
  void on_completion(io::Completion& completion) override {
    if (completion.error) return;
    if (completion.kind == io::OperationKind::connect) {
      port_->receive(completion.socket);
      send(completion.socket, completion.key);
    } else if (completion.kind == io::OperationKind::receive && !completion.is_final) {
      std::size_t& missing = missing_[completion.key];
      missing -= completion.bytes.size();
      if (missing == 0) send(completion.socket, completion.key);
    }
  }
  void send(io::Socket socket, io::Key key) {
    Buffer buffer(bytes_at_once_);
    for (std::size_t at = 0; at < bytes_at_once_; at += frame_bytes)
      store(buffer.extend(frame_bytes), static_cast<std::uint16_t>(frame_bytes));
    missing_[key] = bytes_at_once_;
    port_->send(socket, std::move(buffer));
  }

  const std::size_t bytes_at_once_;
  std::unique_ptr<io::Port> port_;
  std::vector<std::size_t> missing_ = std::vector<std::size_t>(clients);
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class PacketPath : public testing::TestWithParam<io::Backend> {};

TEST_P(PacketPath, AllocatesNothingInAWarmState) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizers have a heap of their own";
  auto port = io::make_port(GetParam());
  if (!port) GTEST_SKIP() << "this machine does not offer it";
  const Limits limits;
  Admission admission(limits);
  Worker worker(0, limits, std::move(*port), admission);
  Echo echo(worker);
  worker.set_service(echo);
  const auto address = worker.listen(io::Address::loopback(0), {&worker});
  ASSERT_TRUE(address.has_value());

  const Load load(GetParam(), *address, 8);
  const auto serve = [&](std::uint64_t frames) {
    const std::uint64_t until = worker.counters().frames_in.get() + frames;
    while (worker.counters().frames_in.get() < until) worker.turn(100ms);
  };
  // A turn with more completions than any turn before may still allocate. A packet alone does not.
  std::uint64_t least = UINT64_MAX;
  for (int round = 0; round < 20 && least > 0; ++round) {
    const std::uint64_t before = allocations();
    serve(10'000);
    least = std::min(least, allocations() - before);
  }
  EXPECT_EQ(least, 0u) << "in 10,000 packets";
}

#ifdef _WIN32
INSTANTIATE_TEST_SUITE_P(Ports, PacketPath, testing::Values(io::Backend::iocp),
                         [](const auto& param) { return std::string(io::name_of(param.param)); });
#else
INSTANTIATE_TEST_SUITE_P(Ports, PacketPath, testing::Values(io::Backend::epoll, io::Backend::uring),
                         [](const auto& param) { return std::string(io::name_of(param.param)); });
#endif

}  // namespace
}  // namespace madang::net

// NullPort: a completion port without a network. A send completes in the next turn. A receive gets only the
// bytes of feed(). Its clock never moves, so no deadline ever passes. A reader may get the bytes of all
// sends.
//
// One thread. For a send it does only what every port must do: it keeps the send, and completes it.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "madang/base/check.h"
#include "madang/io/port_base.h"

namespace madang::micro {

class NullPort final : public io::PortBase {
 public:
  NullPort() : PortBase({}) {}

  /// The next turn gives these bytes to the owner of the socket. Sockets are numbered in the order of
  /// adoption.
  void feed(std::uint32_t socket, Bytes bytes) { fed_.push_back({socket, Buffer::copy(bytes)}); }
  std::uint64_t bytes_sent() const { return bytes_sent_; }
  /// From now on, calls reader(socket, bytes) for each send.
  void set_reader(std::function<void(std::uint32_t, Bytes)> reader) { reader_ = std::move(reader); }

  io::Backend backend() const override { return io::Backend::sim; }
  Time now() const override { return Time{}; }

  Result<io::Socket> adopt(io::NativeSocket accepted, io::Key key) override {
    accepted.release();
    keys_.push_back(key);
    return socket_at(static_cast<std::uint32_t>(keys_.size() - 1));
  }
  void set_key(io::Socket socket, io::Key key) override { keys_[socket.index()] = key; }
  void receive(io::Socket) override { count_started(); }
  void send(io::Socket socket, Buffer buffer) override {
    count_started();
    bytes_sent_ += buffer.size();
    if (reader_) reader_(socket.index(), buffer.bytes());
    sent_.push_back({socket.index(), std::move(buffer)});
  }

  // This port has no listeners, connects, pauses or ends, and no large frames.
  Result<io::Socket> listen(const io::Address&, io::Key) override { refuse(); }
  io::Address local_address(io::Socket) const override { refuse(); }
  Result<io::Socket> connect(const io::Address&, io::Key) override { refuse(); }
  void receive_into(io::Socket, Buffer) override { refuse(); }
  void pause(io::Socket) override { refuse(); }
  void resume(io::Socket) override { refuse(); }
  void stop(io::Socket) override { refuse(); }
  void shutdown_send(io::Socket) override { refuse(); }
  std::size_t unsent_bytes(io::Socket) const override { return 0; }
  void close(io::Socket, io::CloseMode) override { refuse(); }

 private:
  struct Transfer {
    std::uint32_t socket;
    Buffer buffer;
  };

  static io::Socket socket_at(std::uint32_t index) { return io::Socket::from(0, 1, index); }
  [[noreturn]] static void refuse() {
    MADANG_CHECK(false, "the null port only sends and receives");
    std::unreachable();
  }

  void submit() override {}
  void wake() override {}
  void poll(Duration) override {
    completing_.swap(sent_);
    for (Transfer& sent : completing_) {
      io::Completion completion{.kind = io::OperationKind::send,
                                .key = keys_[sent.socket],
                                .socket = socket_at(sent.socket),
                                .buffer = std::move(sent.buffer)};
      complete(completion);
    }
    completing_.clear();
    for (const Transfer& fed : std::exchange(fed_, {})) {
      io::Completion completion{.kind = io::OperationKind::receive,
                                .is_final = false,
                                .key = keys_[fed.socket],
                                .socket = socket_at(fed.socket),
                                .bytes = fed.buffer.bytes()};
      complete(completion);
    }
  }

  std::vector<io::Key> keys_;  // by the socket's index
  std::vector<Transfer> sent_;
  std::vector<Transfer> completing_;
  std::vector<Transfer> fed_;
  std::uint64_t bytes_sent_ = 0;
  std::function<void(std::uint32_t, Bytes)> reader_;
};

}  // namespace madang::micro

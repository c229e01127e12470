// SlowPort: a port without a network. Each send moves the clock, as if the kernel took this time. Sockets are
// numbered in the order of adopt(). Sent bytes are kept as text. One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "madang/io/port_base.h"

namespace madang::net {

class SlowPort final : public io::PortBase {
 public:
  SlowPort() : PortBase({}) {}

  void feed(std::uint32_t socket, Bytes bytes) { fed_.push_back({socket, Buffer::copy(bytes)}); }
  /// A connection arrives at the listener.
  void connect() { ++arriving_; }

  Time clock = 1000s;
  Duration send_cost{};
  io::Address peer = io::Address::loopback(1);  ///< address of the connections that arrive
  std::vector<std::string> sent;                ///< by socket
  std::vector<std::uint32_t> sent_to;           ///< the socket of each send, in the order of the sends

  io::Backend backend() const override { return io::Backend::sim; }
  Time now() const override { return clock; }

  Result<io::Socket> adopt(io::NativeSocket accepted, io::Key key) override {
    accepted.release();
    keys_.push_back(key);
    sent.emplace_back();
    return socket_at(static_cast<std::uint32_t>(keys_.size() - 1));
  }
  void set_key(io::Socket socket, io::Key key) override { keys_[socket.index()] = key; }
  void receive(io::Socket) override { count_started(); }
  void send(io::Socket socket, Buffer buffer) override {
    count_started();
    clock += send_cost;
    sent[socket.index()] += as_text(buffer.bytes());
    sent_to.push_back(socket.index());
    sending_.push_back({socket.index(), std::move(buffer)});
  }
  Result<io::Socket> listen(const io::Address&, io::Key key) override {
    count_started();
    listener_key_ = key;
    return io::Socket::from(0, 1, io::Socket::index_max);
  }
  io::Address local_address(io::Socket) const override { return io::Address::loopback(7777); }
  Result<io::Socket> connect(const io::Address&, io::Key) override { std::unreachable(); }
  void receive_into(io::Socket, Buffer) override {}
  void pause(io::Socket) override {}
  void resume(io::Socket) override {}
  void stop(io::Socket) override {}
  void shutdown_send(io::Socket) override {}
  std::size_t unsent_bytes(io::Socket) const override { return 0; }
  void close(io::Socket, io::CloseMode) override { count_started(); }

 private:
  struct Transfer {
    std::uint32_t socket;
    Buffer buffer;
  };
  static io::Socket socket_at(std::uint32_t index) { return io::Socket::from(0, 1, index); }

  void submit() override {}
  void wake() override {}
  void poll(Duration) override {
    for (; arriving_ > 0; --arriving_) {
      io::Completion completion{.kind = io::OperationKind::accept,
                                .is_final = false,
                                .key = listener_key_,
                                .accepted = io::NativeSocket(next_handle_++),
                                .peer = peer};
      complete(completion);
    }
    for (Transfer& one : std::exchange(sending_, {})) {
      io::Completion completion{.kind = io::OperationKind::send,
                                .key = keys_[one.socket],
                                .socket = socket_at(one.socket),
                                .buffer = std::move(one.buffer)};
      complete(completion);
    }
    for (const Transfer& one : std::exchange(fed_, {})) {
      io::Completion completion{.kind = io::OperationKind::receive,
                                .is_final = false,
                                .key = keys_[one.socket],
                                .socket = socket_at(one.socket),
                                .bytes = one.buffer.bytes()};
      complete(completion);
    }
  }

  std::vector<io::Key> keys_;  // by the socket's index
  std::vector<Transfer> sending_;
  std::vector<Transfer> fed_;
  io::Key listener_key_ = 0;
  std::uint32_t arriving_ = 0;
  std::uintptr_t next_handle_ = 1;
};

}  // namespace madang::net

// SimPort: the completion port on a simulated network. A turn never blocks: time passes in
// SimNetwork::advance().
//
// Sockets that have something to do are served in an order drawn from the network's seed. One thread with the
// network, which outlives it.
#pragma once

#include <vector>

#include "base/slot_table.h"
#include "io/port_base.h"
#include "io/send_queue.h"
#include "io/sim_network.h"

namespace madang::io {

class SimPort final : public PortBase {
 public:
  /// `host`: where its connections come from; the port number in it says nothing.
  explicit SimPort(SimNetwork& network, const PortOptions& options = {},
                   const Address& host = Address::loopback(0));
  ~SimPort() override;

  std::string_view name() const override { return "sim"; }
  Time now() const override { return network_.now(); }

  Result<Socket> listen(const Address& address, Key key) override;
  Address local_address(Socket socket) const override;
  Result<Socket> adopt(NativeSocket accepted, Key key) override;
  Result<Socket> connect(const Address& address, Key key) override;
  void set_key(Socket socket, Key key) override;
  void receive(Socket socket) override;
  void receive_into(Socket socket, Buffer buffer) override;
  void pause(Socket socket) override;
  void resume(Socket socket) override;
  void stop(Socket socket) override;
  void send(Socket socket, Buffer buffer) override;
  void shutdown_send(Socket socket) override;
  std::size_t unsent_bytes(Socket socket) const override;
  void close(Socket socket, CloseMode mode) override;
  std::uint64_t started_mark() const override { return looks_; }
  bool is_submitted(std::uint64_t mark) const override;

  /// For the network: something happened to this socket.
  void look_at(Socket socket);
  /// For the network: when the next turn will have something to do.
  Time next_due() const { return to_look_at_.empty() ? PortBase::next_due() : Time::min(); }

 protected:
  void submit() override {}
  void poll(Duration wait) override;
  void wake() override {}

 private:
  /// Of the one operation that a socket has out beside its sends: accept, connect or receive.
  enum class Progress : std::uint8_t { none, pending, stopping };

  struct SimSocket {
    SimNetwork::Descriptor descriptor;
    Key key = 0;
    OperationKind kind{};  ///< of the operation that `progress` is about
    Progress progress = Progress::none;
    bool connected = false;
    bool paused = false;
    bool ending = false;  ///< shutdown_send was called
    bool closing = false;
    bool will_be_looked_at = false;
    CloseMode close_mode{};
    std::uint64_t look = 0;  ///< which, of all that were asked for
    SendQueue sends;
    Buffer room;  ///< where the next bytes go, if the caller gave one
  };

  SimSocket& connected(Socket id);
  SimSocket& at(Socket id);
  Result<Socket> add(Result<SimNetwork::Descriptor> descriptor, Key key, OperationKind kind,
                     Progress progress);
  void serve(Socket id, SimSocket& socket);
  void serve_connect(Socket id, SimSocket& socket);
  void serve_accept(Socket id, SimSocket& socket);
  void serve_receive(Socket id, SimSocket& socket);
  void serve_sends(Socket id, SimSocket& socket);
  void complete_send(Socket id, SimSocket& socket, const Error& error);
  void finish(Socket id, SimSocket& socket, const Error& error);
  void finish_close(Socket id, SimSocket& socket);

  SimNetwork& network_;
  const Address host_;
  SlotTable<SimSocket, Socket> sockets_;
  std::vector<Socket> to_look_at_;
  std::vector<Socket> looking_at_;
  std::uint64_t looks_ = 0;  // asked for so far
};

}  // namespace madang::io

// SimPort: the completion port on a simulated network.
//
// A turn never waits: time passes in SimNetwork::advance(). The port serves its sockets in a random order
// that follows from the network's seed. It has the thread of its network, and the network must outlive it.
#pragma once

#include <vector>

#include "madang/base/slot_table.h"
#include "madang/io/port_base.h"
#include "madang/io/send_queue.h"
#include "madang/io/sim_network.h"

namespace madang::io {

class SimPort final : public PortBase {
 public:
  /// Makes a port. Its connections come from the address `host`; the port number of `host` does not count.
  explicit SimPort(SimNetwork& network, const PortOptions& options = {},
                   const Address& host = Address::loopback(0));
  ~SimPort() override;

  Backend backend() const override { return Backend::sim; }
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
  std::uint64_t started_mark() const override { return marks_; }
  bool is_submitted(std::uint64_t mark) const override;

  /// Notes that the socket has something to do in the next turn. The network calls it.
  void mark_pending(Socket socket);
  /// Returns the time at which the next turn has something to do. The network calls it.
  Time next_due() const { return pending_.empty() ? PortBase::next_due() : Time::min(); }

 protected:
  void submit() override {}
  void poll(Duration wait) override;
  void wake() override {}

 private:
  /// State of the accept, the connect or the receive of a socket. A socket has at most one of these in
  /// flight.
  enum class Progress : std::uint8_t { none, pending, stopping };

  struct SimSocket {
    SimNetwork::Descriptor descriptor;
    Key key = 0;
    OperationKind kind{};  ///< of the operation that `progress` is about
    Progress progress = Progress::none;
    bool is_connected = false;
    bool is_paused = false;
    bool is_closing = false;
    bool is_pending = false;  ///< is in pending_ or serving_
    CloseMode close_mode{};
    Output output = Output::open;
    std::uint64_t mark = 0;  ///< number of its last mark_pending() among all of the port
    SendQueue sends;
    Buffer receive_buffer;  ///< from receive_into(): the next bytes go there
  };

  SimSocket& find_connected(Socket id);
  SimSocket& find_open(Socket id);
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
  std::vector<Socket> pending_;  // have something to do in the next turn
  std::vector<Socket> serving_;  // the sockets of this turn
  std::uint64_t marks_ = 0;      // number of mark_pending() so far
};

}  // namespace madang::io

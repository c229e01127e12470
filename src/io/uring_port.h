// The io_uring backend: operations are entries in a queue that the kernel shares with us. One thread, as
// every port; owns its sockets, and all memory that the kernel writes to.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/slot_table.h"
#include "io/port_base.h"
#include "io/uring_buffers.h"
#include "io/uring_endpoint.h"
#include "io/uring_ring.h"

namespace madang::io {

class UringPort final : public PortBase {
 public:
  explicit UringPort(const PortOptions& options) : PortBase(options), endpoints_(options.sockets_max) {}
  ~UringPort() override;
  Result<void> open();

  std::string_view name() const override { return "uring"; }
  Result<Socket> listen(const Address& address, Key key) override;
  Address local_address(Socket socket) const override;
  Result<Socket> adopt(NativeSocket accepted, Key key) override;
  Result<Socket> connect(const Address& address, Key key) override;
  void set_key(Socket socket, Key key) override { named(socket).key = key; }
  void receive(Socket socket) override;
  void receive_into(Socket socket, Buffer buffer) override;
  void pause(Socket socket) override;
  void resume(Socket socket) override;
  void stop(Socket socket) override;
  void send(Socket socket, Buffer buffer) override;
  void shutdown_send(Socket socket) override;
  std::size_t unsent_bytes(Socket socket) const override;
  void close(Socket socket, CloseMode mode) override;

  std::uint64_t started_mark() const override { return changes_ + changed_.size(); }
  bool is_submitted(std::uint64_t mark) const override { return submitted_changes_ >= mark; }

 private:
  using Endpoint = UringEndpoint;
  static constexpr UringRing::Tag wake_tag = UINT64_MAX;
  static constexpr UringRing::Tag end_tag = UINT64_MAX - 1;  ///< and above: of no socket

  void submit() override;
  void feed_starving();
  void poll(Duration wait) override;
  void wake() override;

  Endpoint& connected(Socket socket);
  Endpoint& named(Socket socket);
  Result<Endpoint*> add(NativeSocket native, Key key);
  void changed(Endpoint& endpoint);
  void drop(const io_uring_cqe& cqe);

  // After the kernel has dropped completions.
  template <class Visit>
  bool drain(Visit visit);
  void recover();
  void fail_dropped(Endpoint& endpoint, UringOp dropped);

  // From what is wanted to entries. False: the kernel takes no more for now, so again in the next turn.
  bool reconcile(Endpoint& endpoint);
  bool reconcile_refused(Endpoint& endpoint);
  bool reconcile_connect(Endpoint& endpoint);
  bool reconcile_input(Endpoint& endpoint);
  bool reconcile_output(Endpoint& endpoint);
  bool reconcile_close(Endpoint& endpoint);
  bool start_input(Endpoint& endpoint);
  bool cancel_ops(Endpoint& endpoint, UringOp ops);
  bool note(Endpoint& endpoint, UringOp op, bool written);
  void finish_close(Endpoint& endpoint);

  // From the kernel's completions to ours.
  void take(const io_uring_cqe& cqe);
  void take_accept(Endpoint& endpoint, const io_uring_cqe& cqe);
  void take_receive(Endpoint& endpoint, const io_uring_cqe& cqe);
  void take_in(Endpoint& endpoint, Bytes bytes);
  void take_connect(Endpoint& endpoint, int result);
  void take_send(Endpoint& endpoint, int result);
  void retry_later(Endpoint& endpoint, UringOp op);
  void deliver_accepted(Endpoint& endpoint, int handle);
  void deliver_received(Endpoint& endpoint, Bytes bytes);
  void deliver_held(Endpoint& endpoint);
  void end_input(Endpoint& endpoint, int result);

  SlotTable<Endpoint, Socket> endpoints_;
  std::vector<Endpoint*> changed_;  // to be reconciled, first come, first served
  std::uint64_t changes_ = 0;       // that have been reconciled
  std::uint64_t submitted_changes_ = 0;
  std::vector<Endpoint*> resumed_;  // may deliver what they hold
  std::deque<Socket> starving_;     // their receive found no buffer; first come, first served
  NativeSocket wake_;
  bool watching_wake_ = false;
  bool recovering_ = false;  ///< completions were dropped: all in flight is being cancelled
  bool renewing_ = false;    ///< the receive buffers could not be renewed yet
  __kernel_timespec retry_delay_{};
  // Destroyed in reverse: the ring goes before the memory that the kernel may still write to.
  UringBuffers buffers_;
  UringRing ring_;
};

/// Fails where io_uring is blocked, which is so in many containers, or older than Linux 6.0.
Result<std::unique_ptr<Port>> make_uring_port(const PortOptions& options);

}  // namespace madang::io

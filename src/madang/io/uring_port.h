// UringPort: the io_uring backend. An operation is an entry in a queue that the port shares with the kernel.
//
// The port owns its sockets and all memory that the kernel writes to. It has the threads of a Port.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "madang/base/slot_table.h"
#include "madang/io/port_base.h"
#include "madang/io/uring_buffers.h"
#include "madang/io/uring_endpoint.h"
#include "madang/io/uring_ring.h"

namespace madang::io {

class UringPort final : public PortBase {
 public:
  explicit UringPort(const PortOptions& options) : PortBase(options), endpoints_(options.sockets_max) {}
  ~UringPort() override;
  Result<void> open();

  Backend backend() const override { return Backend::uring; }
  Result<Socket> listen(const Address& address, Key key) override;
  Address local_address(Socket socket) const override;
  Result<Socket> adopt(NativeSocket accepted, Key key) override;
  Result<Socket> connect(const Address& address, Key key) override;
  void set_key(Socket socket, Key key) override { find_open(socket).key = key; }
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
  static constexpr UringRing::Tag end_tag = UINT64_MAX - 1;  ///< this tag and larger ones belong to no socket

  void submit() override;
  void feed_starving();
  void poll(Duration wait) override;
  void wake() override;

  Endpoint& find_connected(Socket socket);
  Endpoint& find_open(Socket socket);
  Result<Endpoint*> add(NativeSocket native, Key key);
  void mark_changed(Endpoint& endpoint);
  void drop(const io_uring_cqe& cqe);

  // Recovery, after the kernel has dropped completions.
  template <class Visit>
  bool drain(Visit visit);
  void recover();
  void fail_dropped(Endpoint& endpoint, UringOp dropped);

  // Submissions: these functions write the entries that a socket needs. They return false when the kernel
  // accepts no more entries now; the port calls them again in the next turn.
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

  // Completions of the kernel.
  void fetch_ahead(const io_uring_cqe& cqe, int step);
  void dispatch(const io_uring_cqe& cqe);
  void accept_completed(Endpoint& endpoint, const io_uring_cqe& cqe);
  void receive_completed(Endpoint& endpoint, const io_uring_cqe& cqe);
  void deliver_or_hold(Endpoint& endpoint, Bytes bytes);
  void connect_completed(Endpoint& endpoint, int result);
  void send_completed(Endpoint& endpoint, int result);
  void retry_after_delay(Endpoint& endpoint, UringOp op);
  void deliver_accepted(Endpoint& endpoint, int handle);
  void deliver_received(Endpoint& endpoint, Bytes bytes);
  void deliver_held(Endpoint& endpoint);
  void end_input(Endpoint& endpoint, int result);

  SlotTable<Endpoint, Socket> endpoints_;
  std::vector<Endpoint*> changed_;  // to be reconciled, in the order in which they changed
  std::uint64_t changes_ = 0;       // number of reconciled changes
  std::uint64_t submitted_changes_ = 0;
  std::vector<Endpoint*> resumed_;  // may deliver what they hold
  std::deque<Socket> starving_;     // their receive found no shared buffer; the first one waits longest
  NativeSocket wake_;
  bool is_watching_wake_ = false;
  bool is_recovering_ = false;       ///< completions were dropped: the port cancels all operations in flight
  bool must_renew_buffers_ = false;  ///< the kernel had no memory to renew them
  __kernel_timespec retry_delay_{};
  // In this order, because the ring must be destroyed before the memory that the kernel may still write to.
  UringBuffers buffers_;
  UringRing ring_;
};

/// Makes a port. Returns an error where io_uring is blocked, as in many containers, and before Linux 6.0.
Result<std::unique_ptr<Port>> make_uring_port(const PortOptions& options);

}  // namespace madang::io

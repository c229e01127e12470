// EpollConnection: what the epoll backend keeps for each socket, a listener or a connection. Owned by
// EpollPort.
#pragma once

#include "madang/base/buffer.h"
#include "madang/io/port.h"
#include "madang/io/send_queue.h"

namespace madang::io {

struct EpollConnection {
  EpollConnection(int handle, Key k) : fd(handle), key(k) {}

  int fd;
  int connect_os_code = 0;  ///< the error of a connect that failed at once
  Key key;
  SendQueue sends;
  Buffer receive_buffer;  ///< from receive_into(): the next bytes go there
  Output output = Output::open;
  bool is_accepting : 1 = false;   ///< an accept operation is in flight
  bool is_connecting : 1 = false;  ///< a connect operation is in flight
  bool is_connected : 1 = false;
  bool is_receiving : 1 = false;  ///< a receive operation is in flight
  bool is_paused : 1 = false;
  bool is_stopping : 1 = false;  ///< stop() was called
  bool is_closing : 1 = false;   ///< a close operation is in flight
  bool must_reset : 1 = false;   ///< the close sends a reset
  bool is_readable : 1 = false;  ///< the last event or read said so
  bool is_writable : 1 = false;
  bool has_ended : 1 =
      false;  ///< an end or an error is in the kernel: a short read does not empty the socket
  bool has_urgent : 1 =
      false;  ///< the peer has marked a byte as urgent: a read stops there, before more bytes
  bool is_refused : 1 = false;  ///< the system had no resource for an accept or a send: see retry_at_
  bool is_pending : 1 = false;  ///< is in EpollPort::pending_
};

}  // namespace madang::io

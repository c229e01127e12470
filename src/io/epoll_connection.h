// EpollConnection: all that the epoll backend keeps of a socket, be it a listener or a connection.
#pragma once

#include "base/buffer.h"
#include "io/port.h"
#include "io/send_queue.h"

namespace madang::io {

struct EpollConnection {
  EpollConnection(int handle, Key k) : fd(handle), key(k) {}

  int fd;
  int connect_os_code = 0;  ///< a connect that failed at once
  Key key;
  SendQueue sends;
  Buffer room;                  ///< where the next bytes go, if the caller gave one
  bool accepting : 1 = false;   ///< an accept operation is out
  bool connecting : 1 = false;  ///< a connect operation is out
  bool connected : 1 = false;
  bool receiving : 1 = false;  ///< a receive operation is out
  bool paused : 1 = false;
  bool stopping : 1 = false;       ///< a stop was asked for
  bool closing : 1 = false;        ///< the close operation is out
  bool reset : 1 = false;          ///< ... and the peer is to see a reset
  bool shutting_send : 1 = false;  ///< our side ends once the sends have left
  bool send_shut : 1 = false;      ///< ... and has
  bool readable : 1 = false;       ///< as far as we know
  bool writable : 1 = false;
  bool ended : 1 = false;    ///< the peer's end, or an error, is in the kernel: a short read is not the last
  bool urgent : 1 = false;   ///< the peer has marked a byte as urgent: reads stop there, with more behind it
  bool refused : 1 = false;  ///< an accept or a send was, for want of something: waits for retry_at_
  bool in_work : 1 = false;
};

}  // namespace madang::io

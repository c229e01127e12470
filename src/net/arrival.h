// Arrival: a connection on its way from a listener to a worker. A plain value that moves.
#pragma once

#include "base/close_reason.h"
#include "io/native_socket.h"
#include "net/admission.h"
#include "net/http_service.h"
#include "net/place.h"

namespace madang::net {

/// What a listening port is for.
struct Entrance {
  Door door = Door::play;
  HttpService* http = nullptr;  ///< answers requests, outlives all workers; null: the port for plain TCP
  ProxyWord proxies = ProxyWord::none;
};

struct Arrival {
  io::NativeSocket socket;
  Entrance entrance;
  Place place;
  CloseReason refusal = CloseReason::none;  ///< why it gets no place: it is told so, and goes
};

}  // namespace madang::net

// Arrival: a connection on its way from its listener to its worker. A value that moves; one thread at a time.
#pragma once

#include "madang/base/close_reason.h"
#include "madang/io/native_socket.h"
#include "madang/net/admission.h"
#include "madang/net/http_service.h"
#include "madang/net/place.h"

namespace madang::net {

/// The purpose of a listening port.
struct Entrance {
  Door door = Door::play;
  HttpService* http = nullptr;  ///< answers the requests, and outlives all workers; null: plain TCP
  ProxyWord proxies = ProxyWord::none;
};

struct Arrival {
  io::NativeSocket socket;
  Entrance entrance;
  Place place;
  CloseReason refusal = CloseReason::none;  ///< why there is no place; the client gets it in a goodbye
};

}  // namespace madang::net

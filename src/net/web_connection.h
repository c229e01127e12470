// WebConnection: what a session has besides itself when its client came to the HTTP port: first a request
// that is being read, then one that waits for its answer, and then either a response that is being sent or a
// WebSocket. Owned by its session.
#pragma once

#include <memory>
#include <string_view>

#include "base/buffer.h"
#include "base/token_bucket.h"
#include "net/admission.h"
#include "net/http_service.h"
#include "wire/http.h"
#include "wire/websocket.h"

namespace madang::net {

struct WebConnection {
  HttpService* service = nullptr;            ///< of the port that it came to
  Door door = Door::pages;                   ///< likewise
  ProxyWord proxies = ProxyWord::none;       ///< of that port
  std::unique_ptr<wire::HttpReader> reader;  ///< until the request is whole
  std::unique_ptr<HttpExchange> exchange;    ///< from then on until it is answered
  std::string_view rest;                     ///< of a page that is being sent, piece by piece
  std::unique_ptr<wire::WebSocket> socket;   ///< once it has become one
  Buffer control;                            ///< pongs and such, to be sent behind the message at hand
  TokenBucket idle_frames;                   ///< control frames and empty ones, which no packet pays for
  bool pinged = false;                       ///< asked whether it lives, since it was heard last
};

}  // namespace madang::net

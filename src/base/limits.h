// Limits: every bound that the server puts on what strangers can make it do, in one place, with its default.
//
// All of them are settings: the command line and the configuration file name them as they are named here (see
// app/settings.cpp), and refuse values outside of the ranges given there.
#pragma once

#include <cstdint>

namespace madang {

/// How often something may be done: `burst` times at once, and then once every `interval_ms`.
struct Budget {
  std::uint32_t burst;
  std::uint32_t interval_ms;
};

struct Limits {
  // Who may come in.
  std::uint32_t sessions_max = 18'000;  ///< on all workers together
  std::uint32_t sessions_per_address_max =
      64;  ///< from one address; this machine's own programs are not counted
  std::uint32_t handshakes_per_second_max = 2000;  ///< more wait in the listener's backlog
  std::uint32_t refusals_per_second_max = 10'000;  ///< of connections that may not come in; as above
  std::uint32_t refusals_max = 256;                ///< connections being told that they cannot come in
  std::uint32_t login_deadline_ms = 5'000;         ///< from accept to a complete login
  std::uint32_t idle_timeout_ms = 60'000;          ///< without a byte from the client
  std::uint32_t goodbye_deadline_ms = 2'000;       ///< for a client to take its goodbye and close
  std::uint32_t shutdown_deadline_ms = 5'000;      ///< for all goodbyes together when the server stops

  // What a browser may do before it is a session, and how.
  std::uint32_t http_connections_max = 1'024;  ///< for pages, on all workers together; not sessions
  std::uint32_t http_connections_per_second_max = 2'000;  ///< likewise; more wait in the listener's backlog
  std::uint32_t http_target_bytes_max = 2'048;            ///< of a request: what stands behind its method
  std::uint32_t http_head_bytes_max = 8'192;              ///< its first line and all header lines
  std::uint32_t http_body_bytes_max = 4'096;              ///< what it brings along
  std::uint32_t http_keep_alive_ms = 10'000;              ///< of a connection between two requests
  std::uint32_t http_response_deadline_ms = 30'000;       ///< for a client to take a whole response
  std::uint32_t message_bytes_max = 65'536;               ///< of a WebSocket's message from a client

  // What one session may do.
  std::uint32_t frame_bytes_max = 1024;           ///< of a frame from a client
  std::uint32_t send_queue_bytes_max = 1u << 20;  ///< waiting for a client that reads slowly
  std::uint32_t kernel_send_bytes_max = 32'768;   ///< of those, what the system takes off our hands
  std::uint32_t queued_mbytes_max =
      512;  ///< of all clients of a worker; beyond it, patience ends 16 times sooner
  std::uint32_t session_kbit_per_second = 256;  ///< beyond it, steps of others are held back
  std::uint32_t name_bytes_max = 24;
  std::uint32_t text_bytes_max = 200;
  /// Logins of clients from one address, and with one name from one address.
  Budget login_budget{.burst = 64, .interval_ms = 500};
  Budget name_login_budget{.burst = 60, .interval_ms = 250};
  Budget move_budget{.burst = 60, .interval_ms = 50};
  Budget say_budget{.burst = 5, .interval_ms = 1'000};
  Budget shout_budget{.burst = 3, .interval_ms = 5'000};
  Budget ping_budget{.burst = 10, .interval_ms = 500};
  /// Of a WebSocket's control frames and empty frames.
  Budget websocket_frame_budget{.burst = 60, .interval_ms = 50};
  /// Of all sessions of the server together, because each shout goes to everybody. A shout beyond it is
  /// refused.
  Budget all_shouts_budget{.burst = 10, .interval_ms = 200};
  /// Of all sessions from one address: a part of the above, so that no stranger takes all of it.
  Budget address_shouts_budget{.burst = 4, .interval_ms = 1'000};
  /// Says and shouts of a session, refused ones too. Far above what hands can type: beyond it is flooding.
  Budget words_budget{.burst = 60, .interval_ms = 100};

  // What lies between the threads.
  std::uint32_t command_queue_max = 65'536;  ///< commands on their way to the zone
  std::uint32_t tick_queue_max = 16;         ///< ticks on their way to a worker
  std::uint32_t accept_queue_max = 4'096;    ///< connections on their way to a worker

  // What lies between the threads and whatever reads standard error.
  std::uint32_t log_queue_bytes_max = 1u << 20;  ///< of the log's lines; more are dropped and counted
};

}  // namespace madang

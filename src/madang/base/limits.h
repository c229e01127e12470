// Limits: the bounds on what strangers can cause, with their defaults. A plain value; any thread.
//
// Each limit is a setting. The command line and the configuration file use the names of this file. They
// refuse values outside of the ranges in server/settings.cpp.
#pragma once

#include <cstdint>

namespace madang {

/// How often something may happen: `burst` times at once, then once in `interval_ms` milliseconds.
struct Budget {
  std::uint32_t burst;
  std::uint32_t interval_ms;
};

struct Limits {
  // --- Connections of the game ---

  /// Sessions on all workers together.
  std::uint32_t sessions_max = 18'000;
  /// Sessions from one address, and connections for pages from one address. Programs on this machine do not
  /// count.
  std::uint32_t sessions_per_address_max = 64;
  /// Accepted connections a second. Further connections wait in the listener's backlog.
  std::uint32_t handshakes_per_second_max = 2000;
  /// Refused connections a second. Further connections wait in the listener's backlog.
  std::uint32_t refusals_per_second_max = 10'000;
  /// Refused connections that still get their goodbye. Further ones are closed without a goodbye.
  std::uint32_t refusals_max = 256;
  /// Time from the accept to a complete login.
  std::uint32_t login_deadline_ms = 5'000;
  /// Time without a byte from the client. After this time the session ends.
  std::uint32_t idle_timeout_ms = 60'000;
  /// Time in which a client has to read its goodbye and close.
  std::uint32_t goodbye_deadline_ms = 2'000;
  /// Time for all goodbyes together when the server stops.
  std::uint32_t shutdown_deadline_ms = 5'000;

  // --- HTTP and WebSockets ---

  /// Connections for pages, on all workers together. Sessions do not count.
  std::uint32_t http_connections_max = 1'024;
  /// Accepted connections for pages a second. Further connections wait in the listener's backlog.
  std::uint32_t http_connections_per_second_max = 2'000;
  /// Bytes of a request's target: the path and the query.
  std::uint32_t http_target_bytes_max = 2'048;
  /// Bytes of a request's first line and all its header lines together.
  std::uint32_t http_head_bytes_max = 8'192;
  /// Bytes of a request's body.
  std::uint32_t http_body_bytes_max = 4'096;
  /// Time between two requests on one connection.
  std::uint32_t http_keep_alive_ms = 10'000;
  /// Time in which a client has to read a whole response.
  std::uint32_t http_response_deadline_ms = 30'000;
  /// Bytes of one WebSocket message from a client.
  std::uint32_t message_bytes_max = 65'536;

  // --- One session ---

  /// Bytes of a frame from a client.
  std::uint32_t frame_bytes_max = 1024;
  /// Bytes that wait for a slow client. Beyond this the session ends.
  std::uint32_t send_queue_bytes_max = 1u << 20;
  /// The part of these bytes that the system may hold.
  std::uint32_t kernel_send_bytes_max = 32'768;
  /// Megabytes that wait for all clients of a worker. Beyond this, send_queue_bytes_max is 16 times smaller.
  std::uint32_t queued_mbytes_max = 512;
  /// Rate of a session. Beyond this, the server suppresses steps of other players.
  std::uint32_t session_kbit_per_second = 256;
  /// Bytes of a name.
  std::uint32_t name_bytes_max = 24;
  /// Bytes of a message that a player says or shouts.
  std::uint32_t text_bytes_max = 200;
  /// Logins from one address.
  Budget login_budget{.burst = 64, .interval_ms = 500};
  /// Logins with one name from one address.
  Budget name_login_budget{.burst = 60, .interval_ms = 250};
  // Commands of the game, says, shouts and pings of one session.
  Budget command_budget{.burst = 60, .interval_ms = 50};
  Budget say_budget{.burst = 5, .interval_ms = 1'000};
  Budget shout_budget{.burst = 3, .interval_ms = 5'000};
  Budget ping_budget{.burst = 10, .interval_ms = 500};
  /// Control frames and empty frames of a WebSocket.
  Budget websocket_frame_budget{.burst = 60, .interval_ms = 50};
  /// Shouts of all sessions together, because each shout goes to all players. The server refuses further
  /// shouts.
  Budget all_shouts_budget{.burst = 10, .interval_ms = 200};
  /// Shouts from one address: a part of all_shouts_budget, so that no address uses up all of it.
  Budget address_shouts_budget{.burst = 4, .interval_ms = 1'000};
  /// Says and shouts of a session, refused ones too. It is far above what a person can type. Beyond it the
  /// session ends as flooding.
  Budget words_budget{.burst = 60, .interval_ms = 100};

  // --- Worlds ---

  /// Worlds on one zone thread.
  std::uint32_t worlds_max = 10'000;
  /// Worlds on one zone thread that clients of one address have made. This machine's own clients have no
  /// maximum.
  std::uint32_t worlds_per_address_max = 64;
  /// Bytes of the name of a world.
  std::uint32_t world_name_bytes_max = 32;
  /// Time without players. After this time a world that was made for a login ends.
  std::uint32_t empty_world_s = 60;
  /// Changes of the world of one session.
  Budget enter_world_budget{.burst = 10, .interval_ms = 1'000};

  // --- Queues between threads ---

  /// Requests of sessions that wait for the world: logins, commands, words and ends.
  std::uint32_t command_queue_max = 16'384;
  /// Ticks that wait for a worker. If more ticks come, all of them are merged.
  std::uint32_t tick_queue_max = 16;
  /// Accepted connections that wait for a worker.
  std::uint32_t accept_queue_max = 4'096;

  // --- Data for the operator ---

  /// Last messages of players on the operator's page.
  std::uint32_t chat_lines_kept = 500;
  /// Mutes and bans at one time.
  std::uint32_t sanctions_max = 1'000;

  // --- The record and the log ---

  /// Bytes of the record that wait for the disk. Beyond this the recording stops.
  std::uint32_t record_queue_bytes_max = 1u << 24;

  /// Bytes of log lines that wait for the reader of standard error. Further lines are dropped and counted.
  std::uint32_t log_queue_bytes_max = 1u << 20;
};

}  // namespace madang

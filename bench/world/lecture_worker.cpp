#include "lecture_worker.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "board/board_config.h"
#include "madang/base/check.h"
#include "madang/base/limits.h"
#include "madang/base/text.h"
#include "madang/wire/dispatch.h"

namespace madang::lecture {

namespace {

constexpr Limits limits;
constexpr int events_max = 32;

using ClientPackets = wire::Types<wire::Login, wire::Say, wire::Shout, wire::Ping, wire::Logout, board::Move>;

}  // namespace

void Worker::run() {
  std::array<epoll_event, events_max> events{};
  while (true) {
    const int count = ::epoll_wait(epoll_, events.data(), events_max, -1);
    MADANG_CHECK(count >= 0 || errno == EINTR, "epoll_wait: errno {}", errno);
    for (int i = 0; i < count; ++i) {
      auto* session = static_cast<Session*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (!session) return;
      serve(*session, events[static_cast<std::size_t>(i)].events);
    }
  }
}

void Worker::serve(Session& session, std::uint32_t events) {
  if (!session.begin_turn()) return;
  if (events & EPOLLOUT) session.send_unsent();
  const bool open = !(events & ~std::uint32_t{EPOLLOUT}) || receive(session);
  if (!open) return close(session);
  session.end_turn();
}

/// Receives once. If there is more data, the armed session has its next event at once. Returns false at the
/// end of the connection.
bool Worker::receive(Session& session) {
  Buffer& unfinished = session.client.unfinished;
  const std::size_t before = unfinished.size();
  if (before > 0) std::memcpy(in_.data(), unfinished.data(), before);
  const ssize_t received = ::recv(session.socket(), in_.data() + before, in_.size() - before, 0);
  if (received < 0) return errno == EAGAIN;
  if (received == 0) return false;

  const Bytes bytes(in_.data(), before + static_cast<std::size_t>(received));
  const Bytes rest = bytes.subspan(take_frames(session, bytes));
  unfinished.clear();
  if (!rest.empty()) unfinished.append(rest);
  return true;
}

/// Handles whole frames. Returns the number of bytes that were handled.
std::size_t Worker::take_frames(Session& session, Bytes bytes) {
  Bytes rest = bytes;
  while (session.client.state != State::draining) {
    const wire::FrameResult frame = wire::next_frame(rest, limits.frame_bytes_max);
    const CloseReason reason = frame ? on_frame(session, *frame) : frame.error();
    if (reason != CloseReason::none) part(session, reason);
    if (!frame && reason == CloseReason::none) return bytes.size() - rest.size();
  }
  return bytes.size();
}

CloseReason Worker::on_frame(Session& session, const wire::Frame& frame) {
  if (frame.opcode == wire::opcode_of<wire::Login> &&
      wire::schema_of_login(frame.body) != board::game_info().protocol.schema)
    return CloseReason::stale_client;
  const bool playing = session.client.state == State::playing;
  return wire::visit_packet(ClientPackets{}, frame,
                            wire::Overloaded{
                                [&](const wire::Login& login) {
                                  return playing ? CloseReason::wrong_state : on_login(session, login);
                                },
                                [&](const board::Move& move) {
                                  if (!playing) return CloseReason::wrong_state;
                                  on_move(session, move);
                                  return CloseReason::none;
                                },
                                [&](const wire::Say& say) {
                                  return playing ? on_say(session, say.text) : CloseReason::wrong_state;
                                },
                                [&](const wire::Shout& shout) {
                                  return playing ? on_shout(session, shout.text) : CloseReason::wrong_state;
                                },
                                [&](const wire::Ping& ping) {
                                  if (!playing) return CloseReason::wrong_state;
                                  send(session, wire::Pong{.client_time = ping.client_time});
                                  return CloseReason::none;
                                },
                                [&](const wire::Logout&) { return CloseReason::client_left; },
                            });
}

CloseReason Worker::on_login(Session& session, const wire::Login& login) {
  const auto name = presentable_name(login.name, limits.name_bytes_max);
  if (!name) return CloseReason::bad_name;
  Face face{.name = *name};
  Bytes entry = login.entry;  // the looks alone
  if (!wire::parse(entry, face.looks) || !entry.empty()) return CloseReason::bad_packet;
  const std::optional<Position> position = board_.spawn_position(random_);
  if (!position) return CloseReason::world_full;

  Client& client = session.client;
  client.state = State::playing;
  client.position = *position;
  client.watch = board_.watch_from(client.position, CellRect{});
  face.entity = sessions_.new_entity();
  session.set_face(face);

  const Grid& grid = board_.grid();
  out_.clear();
  wire::append(out_, wire::Welcome{.entity = face.entity,
                                   .map_width = grid.width(),
                                   .map_height = grid.height(),
                                   .cell_size = grid.cell_size(),
                                   .units_per_tile = 1,
                                   .x = static_cast<std::uint32_t>(client.position.x),
                                   .y = static_cast<std::uint32_t>(client.position.y),
                                   .tick_rate = 0,
                                   .view_radius = board_.view_radius()});
  wire::append(out_, board::Pace{.move_interval_ms = static_cast<std::uint32_t>(to_ms(move_rule_.interval))});
  append_begins(out_, board_, CellRect{}, client.watch);
  session.append_enter(out_, client.id, client.position);
  session.send(out_.bytes());

  board_.enter(client.id, client.position);
  find_affected(session);
  settle_with_affected(session);
  return CloseReason::none;
}

void Worker::on_move(Session& session, const board::Move& move) {
  Client& client = session.client;
  const Position from = client.position;
  const board::MoveResult result = try_step(client, move.direction);
  const Position to = client.position;
  const CellRect watch_before = client.watch;

  // One send for the mover itself: the answer, the cells that it needs now, and its own position.
  out_.clear();
  wire::append(out_, board::Moved{.client_time = move.client_time,
                                  .x = static_cast<std::uint16_t>(to.x),
                                  .y = static_cast<std::uint16_t>(to.y),
                                  .result = result});
  if (result == board::MoveResult::ok) {
    client.watch = board_.watch_from(to, watch_before);
    append_begins(out_, board_, watch_before, client.watch);
    if (board_.grid().cell_of(from) == board_.grid().cell_of(to)) {
      append_step(out_, board_.grid(), client.id, to);
    } else {
      session.append_enter(out_, client.id, to);
      append_leave(out_, board_.grid(), client.id, from);
    }
  }
  session.send(out_.bytes());
  ++(result == board::MoveResult::ok ? moves_.made : moves_.refused);
  if (result != board::MoveResult::ok) return;

  board_.move(client.id, from, to);
  find_affected(session);
  moves_.others_in_view += settle_with_affected(session);
  if (client.watch == watch_before) return;
  out_.clear();
  append_forgets(out_, board_, watch_before, client.watch);
  if (!out_.empty()) session.send(out_.bytes());
}

board::MoveResult Worker::try_step(Client& client, board::Direction direction) {
  const Time now = steady_now();
  if (now + move_rule_.slack < client.next_move) return board::MoveResult::too_soon;
  const Position to = board::neighbour(client.position, direction);
  if (!board_.map().is_free(to)) return board::MoveResult::blocked;
  client.position = to;
  client.next_move = std::max(now, client.next_move) + move_rule_.interval;
  return board::MoveResult::ok;
}

CloseReason Worker::on_say(Session& session, std::string_view text) {
  const auto words = presentable_words(text, limits.text_bytes_max);
  if (!words) return CloseReason::bad_text;
  const PlayerId speaker = session.client.id;
  out_.clear();
  append_said(out_, board_.grid(), speaker, session.client.position, *words);
  session.send(out_.bytes());
  find_affected(session);
  for (const PlayerId viewer : affected_) sessions_.at(viewer).hear(viewer, speaker, *words, out_);
  return CloseReason::none;
}

CloseReason Worker::on_shout(Session& session, std::string_view text) {
  const auto words = presentable_words(text, limits.text_bytes_max);
  if (!words) return CloseReason::bad_text;
  out_.clear();
  const Face& face = session.face();
  wire::append(out_, wire::Shouted{.entity = face.entity, .name = face.name, .text = *words});
  sessions_.for_each_here(
      [&](PlayerId listener, Session& other) { other.hear_shout(listener, out_.bytes()); });
  return CloseReason::none;
}

void Worker::part(Session& session, CloseReason reason) {
  leave_board(session);
  session.client.state = State::draining;
  send(session, wire::Goodbye{.reason = reason, .text = text_of(reason)});
  session.finish();
}

void Worker::close(Session& session) {
  leave_board(session);
  session.close();
  sessions_.give_back(session.client.id);
}

// --- Affected players ---

void Worker::leave_board(Session& session) {
  const Client& client = session.client;
  if (client.state != State::playing) return;
  board_.leave(client.id, client.position);
  find_affected(session);
  settle_with_affected(session);
  session.clear_view();
}

/// Returns all players in the view list and all players nearby: every pair that a step, an enter or a leave
/// can have changed.
void Worker::find_affected(const Session& session) {
  affected_.clear();
  session.list_view(affected_);
  board_.find_near(session.client.id, session.client.position, affected_);
  std::ranges::sort(affected_);
  affected_.erase(std::ranges::unique(affected_).begin(), affected_.end());
}

/// Settles the other players' view first: see the rules in lecture_session.h. Returns the number of players
/// that this player sees.
std::size_t Worker::settle_with_affected(Session& session) {
  const PlayerId id = session.client.id;
  for (const PlayerId other : affected_) sessions_.at(other).settle(other, std::span(&id, 1), out_);
  return session.settle(id, affected_, out_);
}

}  // namespace madang::lecture

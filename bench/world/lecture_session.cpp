#include "lecture_session.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/limits.h"

namespace madang::lecture {

namespace {

constexpr std::size_t unsent_bytes_max = Limits{}.send_queue_bytes_max;

bool is_one_step(Position from, Position to) {
  return std::abs(from.x - to.x) + std::abs(from.y - to.y) == 1;
}

}  // namespace

// --- The connection ---

void Session::open(int socket, int epoll, PlayerId id) {
  const std::lock_guard lock(mutex_);
  client = {};
  client.id = id;
  is_taken_ = has_given_up_ = is_finishing_ = false;
  socket_ = socket;
  epoll_ = epoll;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.ptr = this;
  MADANG_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_, &event) == 0, "epoll_ctl: errno {}", errno);
}

void Session::close() {
  const std::lock_guard lock(mutex_);
  has_given_up_ = true;
  unsent_.reset();
  ::close(std::exchange(socket_, -1));
}

bool Session::begin_turn() {
  const std::lock_guard lock(mutex_);
  return socket_ != -1 && !std::exchange(is_taken_, true);
}

void Session::end_turn() {
  const std::lock_guard lock(mutex_);
  is_taken_ = false;
  arm();
}

/// No worker has the turn of an armed session. Its next event gives the turn to one of the workers.
void Session::arm() {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  if (!unsent_.empty()) event.events |= EPOLLOUT;
  event.data.ptr = this;
  MADANG_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket_, &event) == 0, "epoll_ctl: errno {}", errno);
}

// --- Sending ---

void Session::send(Bytes bytes) {
  const std::lock_guard lock(mutex_);
  transmit(bytes);
}

void Session::send_unsent() {
  const std::lock_guard lock(mutex_);
  if (has_given_up_ || unsent_.empty()) return;
  const ssize_t sent = ::send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN) give_up();
    return;
  }
  unsent_.consume(static_cast<std::size_t>(sent));
  if (!unsent_.empty()) return;
  unsent_.reset();
  if (is_finishing_) ::shutdown(socket_, SHUT_WR);
}

void Session::finish() {
  const std::lock_guard lock(mutex_);
  is_finishing_ = true;
  if (unsent_.empty() && !has_given_up_) ::shutdown(socket_, SHUT_WR);
}

void Session::transmit(Bytes bytes) {
  if (has_given_up_ || is_finishing_) return;
  if (!unsent_.empty()) return keep_unsent(bytes);
  ++counts_.sends;
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) return;
  if (sent < 0 && errno != EAGAIN) return give_up();
  ++counts_.socket_full;
  keep_unsent(bytes.subspan(sent < 0 ? 0 : static_cast<std::size_t>(sent)));
  if (!is_taken_) arm();
}

void Session::keep_unsent(Bytes bytes) {
  if (unsent_.size() + bytes.size() <= unsent_bytes_max) return unsent_.append(bytes);
  ++counts_.slow_readers;
  give_up();
}

/// Ends the receiving side. So the session ends in its next turn.
void Session::give_up() {
  has_given_up_ = true;
  unsent_.reset();
  ::shutdown(socket_, SHUT_RDWR);
}

// --- The view list ---

std::size_t Session::settle(PlayerId viewer, std::span<const PlayerId> subjects, Buffer& scratch) {
  const std::lock_guard lock(mutex_);
  const Presence own = board_.presence(viewer.slot());
  if (own.id != viewer) return 0;
  for (const PlayerId subject : subjects) settle_one(subject, own.position, scratch);
  return view_.size();
}

void Session::settle_one(PlayerId subject, Position own_position, Buffer& scratch) {
  const Presence now = board_.presence(subject.slot());
  const bool sees = now.id == subject && board_.in_view(own_position, now.position);
  const auto shown = view_.find(subject.value);
  const bool saw = shown != view_.end();
  if (!saw && !sees) return;
  if (saw && sees && shown->second == now.position) return;

  const Grid& grid = board_.grid();
  const bool leaps = saw && sees && !is_one_step(shown->second, now.position);
  const bool crosses = saw && sees && grid.cell_of(shown->second) != grid.cell_of(now.position);
  scratch.clear();
  if (saw && (!sees || leaps)) append_leave(scratch, grid, subject, shown->second);
  if (!sees) {
    view_.erase(shown);
  } else if (saw && !leaps && !crosses) {
    append_step(scratch, grid, subject, now.position);
    shown->second = now.position;
  } else if (sessions_.at(subject).append_enter(scratch, subject, now.position)) {
    if (crosses && !leaps) append_leave(scratch, grid, subject, shown->second);
    view_[subject.value] = now.position;
  } else if (saw) {
    return;  // the player has just left; the worker that removed it from the board sends the leave
  }
  counts_.leaps += leaps;
  if (!scratch.empty()) transmit(scratch.bytes());
}

/// The client knows the speaker in the cell of the position that was sent to it.
void Session::hear(PlayerId viewer, PlayerId speaker, std::string_view text, Buffer& scratch) {
  const std::lock_guard lock(mutex_);
  const auto shown = view_.find(speaker.value);
  if (!board_.is_here(viewer) || shown == view_.end()) return;
  scratch.clear();
  append_said(scratch, board_.grid(), speaker, shown->second, text);
  transmit(scratch.bytes());
}

void Session::hear_shout(PlayerId listener, Bytes shouted) {
  const std::lock_guard lock(mutex_);
  if (board_.is_here(listener)) transmit(shouted);
}

void Session::list_view(std::vector<PlayerId>& seen) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, shown] : view_) seen.push_back(PlayerId{id});
}

void Session::clear_view() {
  const std::lock_guard lock(mutex_);
  view_.clear();
}

// --- The identity ---

void Session::set_face(Face face) {
  const std::lock_guard lock(face_mutex_);
  face_of_ = client.id;
  face_ = std::move(face);
}

bool Session::append_enter(Buffer& out, PlayerId id, Position position) const {
  const std::lock_guard lock(face_mutex_);
  if (face_of_ != id) return false;
  lecture::append_enter(out, board_.grid(), id, position, face_);
  return true;
}

SendCounts Session::send_counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

// --- All sessions ---

Session* Sessions::open(int socket, int epoll) {
  PlayerId id;
  {
    const std::lock_guard lock(mutex_);
    const std::uint32_t used = used_.load();
    if (!free_.empty()) {
      const PlayerId last = free_.back();
      free_.pop_back();
      id = PlayerId::from(last.slot(), last.generation() % PlayerId::generation_max + 1);
    } else if (used < slots_.size()) {
      slots_[used] = std::make_unique<Session>(board_, *this);
      used_.store(used + 1);
      id = PlayerId::from(used, 1);
    } else {
      return nullptr;
    }
  }
  ++opened_;
  at(id).open(socket, epoll, id);
  return &at(id);
}

void Sessions::give_back(PlayerId id) {
  const std::lock_guard lock(mutex_);
  free_.push_back(id);
}

}  // namespace madang::lecture

#include "contract/side.h"

#include <algorithm>

namespace madang::contract {

using io::Completion;
using io::OperationKind;
using io::Socket;
using io::Timer;

/// While it exists, a call of the port runs. A completion during this time breaks the contract.
class Side::Starting {
 public:
  explicit Starting(Side& side) : side_(side) { side_.is_starting_ = true; }
  ~Starting() { side_.is_starting_ = false; }

 private:
  Side& side_;
};

std::size_t Side::turn(Duration wait) {
  const std::size_t before = completions;
  const std::size_t count = port_->turn(*this, wait);
  EXPECT_EQ(count, completions - before) << "turn() returns how many completions it handed over";
  return count;
}

// --- Starting ---

Socket Side::listen(const io::Address& address) {
  const Starting starting(*this);
  const io::Key key = ++last_key_;
  const Socket socket = add(port_->listen(address, key), key, "listen");
  sockets_[socket].is_accepting = true;
  return socket;
}

Socket Side::connect(const io::Address& address) {
  const Starting starting(*this);
  const io::Key key = ++last_key_;
  const Socket socket = add(port_->connect(address, key), key, "connect");
  sockets_[socket].is_connecting = true;
  return socket;
}

Socket Side::adopt(io::NativeSocket native) {
  const Starting starting(*this);
  const io::Key key = ++last_key_;
  return add(port_->adopt(std::move(native), key), key, "adopt");
}

Socket Side::add(Result<Socket> socket, io::Key key, const char* doing) {
  if (!socket) {
    ADD_FAILURE() << doing << ": " << describe(socket.error());
    return {};
  }
  EXPECT_FALSE(sockets_.contains(*socket)) << "a socket's id was used again";
  sockets_[*socket].key = key;
  return *socket;
}

void Side::set_key(Socket socket, io::Key key) {
  of(socket).key = key;
  port_->set_key(socket, key);
}

void Side::receive(Socket socket) {
  const Starting starting(*this);
  of(socket).is_receiving = true;
  of(socket).receive_result.reset();
  port_->receive(socket);
}

void Side::receive_into(Socket socket, std::string_view holds, std::size_t spare) {
  const Starting starting(*this);
  Buffer buffer(holds.size() + spare);
  buffer.append(as_bytes(holds));
  SocketRecord& record = of(socket);
  record.buffer_holds = holds;
  record.buffer_in_flight = buffer.data();
  port_->receive_into(socket, std::move(buffer));
}

void Side::pause(Socket socket) {
  const Starting starting(*this);
  of(socket).is_paused = true;
  port_->pause(socket);
}

void Side::resume(Socket socket) {
  const Starting starting(*this);
  of(socket).is_paused = false;
  port_->resume(socket);
}

void Side::stop(Socket socket) {
  const Starting starting(*this);
  of(socket).is_stopping = true;
  port_->stop(socket);
}

void Side::send(Socket socket, std::string_view text) {
  const Starting starting(*this);
  Buffer buffer = Buffer::copy(as_bytes(text));
  of(socket).sends_in_flight.push_back({buffer.data(), std::string(text)});
  port_->send(socket, std::move(buffer));
}

void Side::shutdown_send(Socket socket) {
  const Starting starting(*this);
  port_->shutdown_send(socket);
}

void Side::close(Socket socket, io::CloseMode mode) {
  const Starting starting(*this);
  of(socket).is_closing = true;
  port_->close(socket, mode);
}

Timer Side::start_timer(Duration delay) {
  const Starting starting(*this);
  const io::Key key = ++last_key_;
  const Time start = port_->now();
  const Time deadline = delay > Time::max() - start ? Time::max() : start + delay;
  const Timer timer = port_->start_timer(delay, key);
  EXPECT_FALSE(timers_.contains(timer)) << "a timer's id was used again";
  timers_[timer] = {.key = key, .deadline = deadline, .result = {}};
  return timer;
}

void Side::cancel(Timer timer) {
  const Starting starting(*this);
  port_->cancel(timer);
}

void Side::close_all() {
  for (const auto& [socket, record] : sockets_)
    if (socket && record.is_open()) close(socket);
  for (const auto& [timer, record] : timers_)
    if (!record.result) cancel(timer);
}

bool Side::all_closed() const {
  return std::ranges::all_of(sockets_, [](const auto& of) { return !of.first || of.second.is_closed; }) &&
         std::ranges::all_of(timers_, [](const auto& of) { return of.second.result.has_value(); });
}

SocketRecord& Side::of(Socket socket) {
  EXPECT_TRUE(sockets_.contains(socket)) << "no socket " << socket.value << " is known here";
  return sockets_[socket];
}

// --- Recording ---

void Side::on_completion(Completion& completion) {
  ++completions;
  EXPECT_FALSE(is_starting_) << "a completion came inside of the call that starts an operation";
  EXPECT_TRUE(port_) << "a completion came from a port that is gone";
  if (completion.kind == OperationKind::timer) {
    on_timer(completion);
  } else if (completion.kind == OperationKind::post) {
    EXPECT_TRUE(completion.is_final);
    posts.emplace_back(completion.key, completion.value);
  } else {
    SocketRecord& record = of(completion.socket);
    EXPECT_EQ(completion.key, record.key) << "a completion carries its socket's key";
    EXPECT_FALSE(record.is_closed)
        << "the close is the last completion that names a socket, but then came one of kind "
        << static_cast<int>(completion.kind);
    switch (completion.kind) {
      case OperationKind::accept: on_accept(completion, record); break;
      case OperationKind::connect:
        EXPECT_TRUE(record.is_connecting && completion.is_final);
        record.is_connecting = false;
        record.connect_result = completion.error;
        break;
      case OperationKind::receive: on_receive(completion, record); break;
      case OperationKind::send: on_send(completion, record); break;
      default: on_close(record); break;
    }
  }
  if (also) also(completion);
}

void Side::on_accept(Completion& completion, SocketRecord& record) {
  EXPECT_TRUE(record.is_accepting) << "an accept that is not out";
  if (completion.is_final) {
    EXPECT_TRUE(completion.error) << "an accept ends only when it is stopped or fails";
    record.is_accepting = false;
    record.accept_result = completion.error;
    return;
  }
  EXPECT_TRUE(completion.accepted);
  EXPECT_FALSE(record.is_closing) << "a connection was delivered after the close";
  EXPECT_FALSE(record.is_paused) << "a connection was delivered while paused";
  accepted.push_back({std::move(completion.accepted), completion.peer});
}

void Side::on_receive(const Completion& completion, SocketRecord& record) {
  EXPECT_TRUE(record.is_receiving) << "a receive that is not out";
  on_buffer(completion, record);
  if (completion.is_final) {
    EXPECT_TRUE(completion.bytes.empty());
    EXPECT_FALSE(record.is_paused && !record.is_closing && !record.is_stopping)
        << "a receive ended while paused";
    record.is_receiving = false;
    record.is_stopping = false;
    record.receive_result = completion.error;
    return;
  }
  EXPECT_FALSE(completion.bytes.empty());
  EXPECT_FALSE(completion.error);
  EXPECT_FALSE(record.is_closing) << "bytes were delivered after the close";
  EXPECT_FALSE(record.is_paused) << "bytes were delivered while paused";
  record.received += as_text(completion.bytes);
  ++record.receives;
}

/// A buffer that was given to receive_into comes with the next completion, whichever that is.
void Side::on_buffer(const Completion& completion, SocketRecord& record) {
  if (!record.buffer_in_flight) return;
  const std::string_view bytes = as_text(completion.buffer.bytes());
  EXPECT_TRUE(bytes == record.buffer_holds + std::string(as_text(completion.bytes)));
  if (bytes.size() <= completion.buffer.capacity() && !completion.is_final) {
    EXPECT_EQ(completion.bytes.data(), completion.buffer.bytes().data() + record.buffer_holds.size());
  }
  record.buffer_in_flight = nullptr;
}

void Side::on_send(const Completion& completion, SocketRecord& record) {
  EXPECT_TRUE(completion.is_final);
  ASSERT_FALSE(record.sends_in_flight.empty()) << "a send that is not out";
  const SocketRecord::SendOut& sent = record.sends_in_flight.front();
  EXPECT_EQ(completion.buffer.bytes().data(), sent.data) << "a send gives its own buffer back, in order";
  EXPECT_TRUE(as_text(completion.buffer.bytes()) == sent.bytes) << "a send's buffer came back changed";
  record.sends_in_flight.pop_front();
  if (!record.sends_done.empty() && record.sends_done.back()) {
    EXPECT_TRUE(completion.error) << "a send was done though one before it had failed";
  }
  record.sends_done.push_back(completion.error);
}

void Side::on_close(SocketRecord& record) {
  EXPECT_TRUE(record.is_closing) << "a close that is not out";
  EXPECT_FALSE(record.is_accepting || record.is_connecting || record.is_receiving ||
               !record.sends_in_flight.empty())
      << "a close completed before the operations that it joins";
  record.is_closing = false;
  record.is_closed = true;
}

void Side::on_timer(const Completion& completion) {
  EXPECT_TRUE(completion.is_final);
  ASSERT_TRUE(timers_.contains(completion.timer)) << "a timer that was never started";
  TimerRecord& record = timers_[completion.timer];
  EXPECT_EQ(completion.key, record.key);
  EXPECT_FALSE(record.result) << "a timer completed twice";
  if (!completion.error) {
    EXPECT_GE(port_->now(), record.deadline) << "a timer came early";
  }
  record.result = completion.error;
  timers_done.push_back(completion.timer);
}

}  // namespace madang::contract

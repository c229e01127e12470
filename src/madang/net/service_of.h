// ServiceOf<Data>: a service whose sessions carry data of its own: names, scores, timers.
//
//   struct Guest { std::string name; };
//   class Chat final : public net::ServiceOf<Guest> {
//     using ServiceOf::ServiceOf;
//     net::Verdict on_packet(net::Session& session, Guest& guest, const wire::Frame& frame) override;
//   };
//
// The data of a session is made when the client connects. It is destroyed in the turn after the session's
// end, so a function that closes its session may still use it. Its address never changes. Worker thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "madang/net/worker.h"
#include "madang/wire/codec.h"

namespace madang::net {

template <class Data>
class ServiceOf : public Service {
 public:
  /// The worker must outlive the service.
  explicit ServiceOf(Worker& worker) : worker_(worker) {}

 protected:
  /// Called when a client has connected. An own protocol may ask for a login first, and then call
  /// worker().establish().
  virtual void on_begin(Session& session, Data&) { worker_.establish(session); }
  /// Handles a whole frame. Its bytes are valid during the call.
  virtual Verdict on_packet(Session& session, Data& data, const wire::Frame& frame) = 0;
  /// Called when a session has ended. Nothing can be sent to it.
  virtual void on_end(Session&, Data&, CloseReason) {}

  Worker& worker() { return worker_; }
  /// Returns the data of a session that is not over.
  Data& data(const Session& session) { return *data_[session.id().index()]; }
  /// Appends a packet to the bytes for a client. All packets of a turn go out in one send.
  template <wire::Packet Packet>
  void send(Session& session, const Packet& packet) {
    wire::append(worker_.out(session), packet);
  }
  /// Calls visit(session, data) for each session of this worker that is not over. It may close sessions.
  template <class Visit>
  void for_each_session(Visit visit) {
    for (std::uint32_t index = 0; index < data_.size(); ++index)
      if (data_[index]) visit(worker_.at(index), *data_[index]);
  }

 private:
  void on_open(Session& session) final {
    const std::uint32_t index = session.id().index();
    if (index >= data_.size()) data_.resize(index + 1);
    data_[index] = std::make_unique<Data>();
    on_begin(session, *data_[index]);
  }
  Verdict on_frame(Session& session, const wire::Frame& frame) final {
    return on_packet(session, data(session), frame);
  }
  void on_close(Session& session, CloseReason reason) final {
    ended_.push_back(std::move(data_[session.id().index()]));
    on_end(session, *ended_.back(), reason);
  }
  void on_turn(Time) final { ended_.clear(); }

  Worker& worker_;
  std::vector<std::unique_ptr<Data>> data_;   // by index of the session; null: there is no session
  std::vector<std::unique_ptr<Data>> ended_;  // of the sessions that have ended in this turn
};

}  // namespace madang::net

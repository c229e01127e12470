// Chat: a service without a world. Each guest has a name, and is told what the others say. A guest that says
// nothing for a while is sent away.
//
// It shows what such a service needs: data of each session, timers, and posts to the other workers. A guest
// that says more than these can take has to wait.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/text.h"
#include "madang/net/service_of.h"
#include "madang/wire/dispatch.h"
#include "madang/wire/protocol.h"

namespace chat {

namespace net = madang::net;
namespace wire = madang::wire;
using Name = madang::ShortText<24>;
using Text = madang::ShortText<200>;

// --- The protocol

struct Join {
  Name name;
  static constexpr auto table = wire::packet(1, "Join", "Names the guest. The first packet.",
                                             wire::field("name", &Join::name, "seen by all"));
};
struct Say {
  Text text;
  static constexpr auto table =
      wire::packet(2, "Say", "Says something to all.", wire::field("text", &Say::text, "the message"));
};
struct Said {
  Name name;
  Text text;
  static constexpr auto table =
      wire::packet(1, "Said", "A guest says something.", wire::field("name", &Said::name, "of the guest"),
                   wire::field("text", &Said::text, "the message"));
};
struct Bye {
  Text reason;
  static constexpr auto table = wire::packet(2, "Bye", "The last packet of a connection.",
                                             wire::field("reason", &Bye::reason, "for a person"));
};

inline constexpr wire::Protocol protocol =
    wire::make_protocol<wire::Types<Join, Say>, wire::Types<Said, Bye>>("chat", 7000);

// --- The service

class Chat;

/// What all workers share. It is whole before the first thread runs.
struct Room {
  std::vector<Chat*> chats;  ///< one on each worker
  madang::Duration quiet_max{};
};

struct Guest {
  Name name;
  madang::io::Timer goodbye;  ///< sends it away
  std::size_t posted = 0;     ///< workers that have the message which the guest says now
};

class Chat final : public net::ServiceOf<Guest> {
 public:
  Chat(net::Worker& worker, Room& room) : ServiceOf(worker), room_(room) { room.chats.push_back(this); }

 private:
  net::Verdict on_packet(net::Session& session, Guest& guest, const wire::Frame& frame) override {
    net::Verdict verdict = net::Verdict::handled();
    const madang::CloseReason wrong =
        wire::visit_packet(wire::Types<Join, Say>{}, frame,
                           [&](const auto& packet) { verdict = on_packet(session, guest, packet); });
    return wrong == madang::CloseReason::none ? verdict : net::Verdict::close(wrong);
  }

  net::Verdict on_packet(net::Session& session, Guest& guest, const Join& join) {
    if (!guest.name.empty()) return net::Verdict::close(madang::CloseReason::wrong_state);
    const auto name = madang::presentable_name(join.name, join.name.capacity);
    if (!name) return net::Verdict::close(madang::CloseReason::bad_name);
    guest.name = Name(*name);
    watch(session, guest);
    return net::Verdict::handled();
  }

  /// Posts the message to all workers. If the queue of one is full, the frame comes again, and the posts go
  /// on with that worker.
  net::Verdict on_packet(net::Session& session, Guest& guest, const Say& say) {
    if (guest.name.empty()) return net::Verdict::close(madang::CloseReason::wrong_state);
    const auto text = madang::presentable_words(say.text, say.text.capacity);
    if (!text) return net::Verdict::close(madang::CloseReason::bad_text);
    for (; guest.posted < room_.chats.size(); ++guest.posted) {
      Chat& chat = *room_.chats[guest.posted];
      const Said said{guest.name, Text(*text)};
      if (!chat.worker().call([&chat, said] { chat.tell(said); })) return net::Verdict::retry();
    }
    guest.posted = 0;
    watch(session, guest);
    return net::Verdict::handled();
  }

  void tell(const Said& said) {
    for_each_session([&](net::Session& session, const Guest& guest) {
      if (!guest.name.empty()) send(session, said);
    });
  }

  void watch(net::Session& session, Guest& guest) {
    worker().cancel(guest.goodbye);
    guest.goodbye = worker().start_timer(room_.quiet_max, [this, id = session.id()] {
      worker().close(*worker().find(id), madang::CloseReason::idle_timeout);
    });
  }

  void on_end(net::Session&, Guest& guest, madang::CloseReason) override { worker().cancel(guest.goodbye); }
  void say_goodbye(madang::CloseReason reason, madang::Buffer& out) override {
    wire::append(out, Bye{Text(text_of(reason))});
  }

  Room& room_;
};

}  // namespace chat

// Client: one player of a game in a simulation. It plays by the packets of the protocol, as a real client
// does, and it checks every packet of the server (client/view.h). Simulation makes it. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/check.h"
#include "madang/client/connection.h"
#include "madang/client/findings.h"
#include "madang/client/login_entry.h"
#include "madang/client/view.h"
#include "madang/io/sim_port.h"
#include "madang/wire/dispatch.h"
#include "madang/world/game_info.h"

namespace madang::sim {

template <class Game>
class Client final : io::CompletionHandler, client::ConnectionOwner {
 public:
  using Parts = Game::Parts;
  using Entry = Parts::Entry;
  using View = client::View<Parts>;

  /// Connects, and logs in to a world. `host` is the client's own machine.
  Client(io::SimNetwork& network, const io::Address& server, const io::Address& host, std::string name,
         const Entry& entry, std::string world, const client::Motion& motion)
      : port_(network, {}, host),
        server_(server),
        name_(std::move(name)),
        entry_(entry),
        world_(std::move(world)),
        motion_(motion) {
    come_back();
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() = default;

  // --- What the player does. It is sent when time passes in the simulation.

  /// Sends a packet. Without effect if the client is not in a world.
  template <wire::Packet P>
  void send(const P& packet) {
    connection_->send(packet);
  }
  void say(std::string_view text) { send(wire::Say{text}); }
  void shout(std::string_view text) { send(wire::Shout{text}); }
  /// Leaves the world for another one. Until the client is there, view() is that of the world before.
  void enter_world(std::string world) {
    world_ = std::move(world);
    const Buffer entry = client::login_entry(entry_);
    connection_->enter_world({.world = world_, .entry = entry.bytes()}, make_view());
  }
  void log_out() { connection_->log_out(); }
  /// The line breaks, without a word to the server.
  void break_line() { connection_->drop(); }
  /// Connects again, under the same name. Precondition: the connection has ended (CHECK).
  void come_back() {
    MADANG_CHECK(!connection_ || has_ended(), "a client has one connection at a time");
    ending_.reset();
    const Buffer entry = client::login_entry(entry_);
    client::ConnectionOwner& owner = *this;
    connection_ = std::make_unique<client::Connection>(port_, key, pool_, owner, make_view());
    const Result<void> started =
        connection_->start(server_, {world::game_info<Game>.protocol.schema, name_, world_, entry.bytes()});
    if (!started) ending_ = client::Ending{.error = started.error()};
  }

  // --- What it knows

  const std::string& name() const { return name_; }
  bool is_in_world() const { return connection_->is_active() && view().is_welcomed(); }
  bool has_ended() const { return ending_.has_value(); }
  /// Returns how the connection ended; nothing if it goes on.
  const std::optional<client::Ending>& ending() const { return ending_; }
  /// Returns what the client sees. Valid until it enters another world, or comes back.
  const View& view() const { return static_cast<const View&>(connection_->view()); }
  /// Returns the place of the client's own entity; nothing if it is not in sight.
  std::optional<world::Position> position() const {
    const std::optional<client::Seen> seen = view().find_own();
    return seen ? std::optional(seen->position) : std::nullopt;
  }
  /// Returns the attributes of the client's own entity that everybody sees; null if it is not in sight, or
  /// of another kind. Valid until the client's next turn.
  template <class E>
  const E* shown() const {
    const std::optional<client::Seen> seen = view().find_own();
    return seen ? view().template attributes<E>(*seen) : nullptr;
  }
  /// Returns the attributes of the client's own entity that only this client gets.
  template <class E>
  const E& own() const {
    return view().template own<E>();
  }

  /// Returns the packets of this type that have come so far, also those that an entity in sight has sent.
  /// They refer to bytes of the client.
  template <wire::Packet P>
  std::vector<P> received() const {
    std::vector<P> packets;
    for (const Received& one : received_)
      if (one.opcode == wire::opcode_of<P>)
        if (const auto packet = wire::decode<P>(Bytes(one.body))) packets.push_back(*packet);
    return packets;
  }
  template <wire::Packet P>
  std::size_t count() const {
    return received<P>().size();
  }

  /// Returns what was wrong with the packets of the server; empty: nothing.
  std::string problems() const {
    std::string all;
    for (const std::string& text : findings_.texts()) all += name_ + ": " + text + "\n";
    return all + fault_;
  }

  /// Takes one turn of the client's port. For the simulation.
  void turn() {
    port_.turn(*this, Duration::zero());
    if (has_ended()) return;
    if (port_.now() >= next_look_) {
      next_look_ = port_.now() + std::chrono::seconds(1);
      connection_->watch_clock();
    }
    connection_->flush();
  }

 private:
  struct Received {
    std::uint16_t opcode;
    std::vector<std::byte> body;
  };
  static constexpr io::Key key = 1;

  View& make_view() {
    views_.push_back(std::make_unique<View>(findings_, motion_));
    return *views_.back();
  }
  void on_completion(io::Completion& completion) override { connection_->on_completion(completion); }
  void on_packet(client::Connection&, const wire::Frame& frame) override {
    // The view follows the packets about cells and their entities.
    const bool is_for_view = (frame.opcode >= wire::opcode_of<wire::CellBegin> &&
                              frame.opcode < wire::opcode_of<wire::CellSaid>) ||
                             frame.opcode >= world::kind_opcode_min;
    if (frame.opcode == wire::opcode_of<wire::CellTold>) {
      const auto told = wire::decode<wire::CellTold>(frame.body);
      Bytes rest = told ? told->packet : Bytes();
      if (const auto inner = wire::next_frame(rest)) keep(*inner);
    } else if (!is_for_view) {
      keep(frame);
    }
  }
  void keep(const wire::Frame& frame) {
    received_.push_back({frame.opcode, {frame.body.begin(), frame.body.end()}});
  }
  void on_end(client::Connection&, const client::Ending& ending) override {
    ending_ = ending;
    if (!ending.has_goodbye && is_misbehaviour(ending.reason))
      fault_ += name_ +
                ": the server has sent what the client cannot read: " + std::string(name_of(ending.reason)) +
                "\n";
  }
  void wants_flush(client::Connection&) override {}

  BufferPool pool_;  // before the port, whose sends hold its buffers
  io::SimPort port_;
  const io::Address server_;
  const std::string name_;
  const Entry entry_;
  std::string world_;
  const client::Motion motion_;
  client::Findings findings_;
  std::vector<std::unique_ptr<View>> views_;  // of all worlds: packets and connections refer to them
  std::unique_ptr<client::Connection> connection_;
  std::optional<client::Ending> ending_;
  std::deque<Received> received_;
  std::string fault_;
  Time next_look_ = Time::min();
};

}  // namespace madang::sim

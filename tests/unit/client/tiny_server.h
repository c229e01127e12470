// TinyServer: a server for the tests of clients, on a simulated network. It records what it receives, and
// sends only what a test tells it to send.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"
#include "madang/wire/cell_packets.h"
#include "unit/client/small_game.h"

namespace madang::client {

class TinyServer final : private io::CompletionHandler {
 public:
  using Client = std::uint64_t;

  explicit TinyServer(io::SimNetwork& network) : port_(network) {
    listener_ = port_.listen(io::Address::loopback(0), key_listener).value();
  }

  io::Address address() const { return port_.local_address(listener_); }
  void turn() { port_.turn(*this, Duration::zero()); }

  /// Called with each whole frame of a client.
  std::function<void(Client, const wire::Frame&)> on_frame = [](Client, const wire::Frame&) {};

  template <wire::Packet P>
  void tell(Client client, const P& packet) {
    Buffer buffer;
    wire::append(buffer, packet);
    tell_bytes(client, std::move(buffer));
  }
  void tell_bytes(Client client, Buffer bytes) { port_.send(clients_.at(client).socket, std::move(bytes)); }
  void close(Client client, io::CloseMode mode) { port_.close(clients_.at(client).socket, mode); }

  /// Returns the id of a client's entity.
  static wire::Id id_of(Client client) { return small::id_of(client); }

  /// Welcomes a client. Its entity will stand at (5, 5) of a map of one cell without obstacles.
  void welcome(Client client, std::string_view world = {}) {
    tell(client, wire::Welcome{.entity = id_of(client),
                               .map_width = 16,
                               .map_height = 16,
                               .cell_size = 16,
                               .units_per_tile = 1,
                               .x = 5,
                               .y = 5,
                               .tick_rate = 20,
                               .view_radius = 10,
                               .world = world});
  }
  /// Begins the cell, and shows the client its own entity, whose alias is 1.
  template <class Kinds, class E>
  void begin_cell(Client client, const E& entity) {
    const std::byte obstacles[32] = {};
    tell(client, wire::CellBegin{0, 0, obstacles});
    show<Kinds>(client, id_of(client), {1, 5, 5}, entity);
  }
  /// Shows an entity to a client.
  template <class Kinds, class E>
  void show(Client client, const wire::Id& id, const small::Step& at, const E& entity) {
    tell_bytes(client, small::enter_frame<Kinds>({0, 0}, id, at, entity));
  }

  std::size_t accepted() const { return accepted_; }
  std::size_t clients_open() const { return clients_.size(); }
  /// Returns how many bytes each receive completion of the last client brought.
  const std::vector<std::size_t>& receives() const { return receives_; }

 private:
  static constexpr io::Key key_listener = 0;

  struct Connected {
    io::Socket socket;
    std::string bytes;
  };

  void on_completion(io::Completion& completion) override {
    switch (completion.kind) {
      case io::OperationKind::accept:
        if (!completion.is_final) adopt(std::move(completion.accepted));
        return;
      case io::OperationKind::receive: return on_received(completion);
      case io::OperationKind::close: clients_.erase(completion.key); return;
      default: return;
    }
  }
  void adopt(io::NativeSocket accepted) {
    const Client client = ++accepted_;
    clients_[client].socket = port_.adopt(std::move(accepted), client).value();
    port_.receive(clients_[client].socket);
  }
  void on_received(const io::Completion& completion) {
    if (completion.is_final) {
      // The client has ended its side, or is gone.
      if (completion.error.code != ErrorCode::cancelled)
        port_.close(completion.socket, io::CloseMode::orderly);
      return;
    }
    receives_.push_back(completion.bytes.size());
    std::string& bytes = clients_.at(completion.key).bytes;
    bytes += as_text(completion.bytes);
    Bytes rest = as_bytes(bytes);
    while (const wire::FrameResult frame = wire::next_frame(rest)) on_frame(completion.key, *frame);
    bytes.erase(0, bytes.size() - rest.size());
  }

  io::SimPort port_;
  io::Socket listener_;
  std::size_t accepted_ = 0;
  std::map<Client, Connected> clients_;
  std::vector<std::size_t> receives_;
};

}  // namespace madang::client

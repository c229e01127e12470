// A worker on the simulated network. The test is its service and its clients. Time is virtual.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "madang/io/sim_network.h"
#include "madang/io/sim_port.h"
#include "madang/net/worker.h"
#include "madang/wire/frame.h"

namespace madang::net {

inline std::string frame(std::uint16_t opcode, std::string_view body) {
  std::string bytes(4, '\0');
  store(reinterpret_cast<std::byte*>(bytes.data()), static_cast<std::uint16_t>(4 + body.size()));
  store(reinterpret_cast<std::byte*>(bytes.data()) + 2, opcode);
  return bytes + std::string(body);
}

/// Echoes frames; some opcodes are special.
class TestService final : public Service {
 public:
  static constexpr std::uint16_t not_now = 2;    // handled only if `has_capacity` is true
  static constexpr std::uint16_t forbidden = 3;  // closes as flooding
  static constexpr std::uint16_t give_much = 4;  // answers with 64 KiB

  explicit TestService(Worker& worker) : worker_(worker) {}

  void on_open(Session& session) override {
    opened.push_back(session.id());
    if (establish) worker_.establish(session);
  }
  Verdict on_frame(Session& session, const wire::Frame& f) override {
    if (f.opcode == forbidden) return Verdict::close(CloseReason::flooding);
    if (f.opcode == not_now && !has_capacity) return Verdict::retry();
    frames.emplace_back(as_text(f.body));
    if (f.opcode == give_much) {
      std::memset(worker_.out(session).extend(65536), 'x', 65536);
    } else {
      worker_.forward(f, session);
    }
    return Verdict::handled();
  }
  void on_close(Session& session, CloseReason reason) override { closed[session.id()] = reason; }
  void say_goodbye(CloseReason reason, Buffer& out) override {
    out.append(as_bytes(frame(99, name_of(reason))));
  }

  bool establish = true;
  bool has_capacity = true;
  std::vector<SessionId> opened;
  std::vector<std::string> frames;
  std::map<SessionId, CloseReason> closed;

 private:
  Worker& worker_;
};

/// The clients' side: raw bytes in and out.
class Clients final : public io::CompletionHandler {
 public:
  struct Client {
    io::Socket socket;
    bool connected = false;
    bool ended = false;
    std::string received;
  };

  explicit Clients(std::unique_ptr<io::Port> p) : port(std::move(p)) {}

  Client& connect(const io::Address& to) {
    Client& client = clients.emplace_back();
    client.socket = *port->connect(to, clients.size() - 1);
    return client;
  }
  void send(Client& client, std::string_view bytes) {
    port->send(client.socket, Buffer::copy(as_bytes(bytes)));
  }

  void on_completion(io::Completion& c) override {
    if (c.kind == io::OperationKind::timer) return;
    Client& client = clients[c.key];
    if (c.kind == io::OperationKind::connect) {
      client.connected = !c.error;
      if (client.connected) port->receive(c.socket);
    } else if (c.kind == io::OperationKind::receive) {
      client.received += as_text(c.bytes);
      client.ended = c.is_final;
      if (c.is_final && c.error.code != ErrorCode::cancelled) port->close(c.socket);
    }
  }

  std::deque<Client> clients;
  std::unique_ptr<io::Port> port;
};

class WorkerTest : public ::testing::Test {
 protected:
  void start(const Limits& limits = {}, const io::PortOptions& options = {},
             ProxyWord proxies = ProxyWord::none) {
    worker_.reset();  // gives its places back
    admission_.emplace(limits);
    worker_ =
        std::make_unique<Worker>(3, limits, std::make_unique<io::SimPort>(network_, options), *admission_);
    service_ = std::make_unique<TestService>(*worker_);
    worker_->set_service(*service_);
    address_ = *worker_->listen(io::Address::loopback(0), {worker_.get()}, {.proxies = proxies});
    clients_ = std::make_unique<Clients>(std::make_unique<io::SimPort>(network_));
  }

  /// Lets `duration` of virtual time pass.
  void pass(Duration duration) {
    const Time end = network_.now() + duration;
    do {
      worker_->turn(Duration::zero());
      clients_->port->turn(*clients_, Duration::zero());
    } while (network_.now() < end && network_.advance(end));
  }

  Clients::Client& connected_client() {
    Clients::Client& client = clients_->connect(address_);
    pass(50ms);
    EXPECT_TRUE(client.connected);
    return client;
  }
  CloseReason only_reason() {
    EXPECT_EQ(service_->closed.size(), 1u);
    return service_->closed.empty() ? CloseReason::none : service_->closed.begin()->second;
  }

  io::SimNetwork network_;
  std::optional<Admission> admission_;
  std::unique_ptr<TestService> service_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Clients> clients_;
  io::Address address_;
};

}  // namespace madang::net

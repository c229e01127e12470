// Told: a contender that also gives its output to the sessions of all clients. The server's own worker then
// gives the data of each session to a port without a network, in one send.
#pragma once

#include <cstdint>
#include <span>

#include "clients.h"
#include "contender.h"
#include "crowd.h"
#include "game.h"
#include "mail.h"

namespace madang::micro {

/// Another contender, with the delivery of its mail.
template <class Finder>
class Told final : public Contender {
 public:
  template <class... Args>
  explicit Told(std::uint32_t pieces, Args... args) : finder_(pieces, args...), clients_(pieces) {
    clients_.connect(service_);
  }

  void tick(std::span<const Step> steps) override {
    finder_.tick(steps);
    const Mail& mail = finder_.mail();
    for (const Mail::Delivery& delivery : mail.deliveries())
      clients_.tell(delivery.client, mail.bytes_of(delivery.part));
    clients_.turn();
  }

  std::uint32_t size() const override { return clients_.count(); }
  world::Position position(std::uint32_t who) const override { return finder_.position(who); }
  std::uint32_t others_in_sight(std::uint32_t who) const override { return finder_.others_in_sight(who); }
  std::uint64_t bytes_told() const override { return clients_.bytes_sent(); }

 private:
  Finder finder_;
  NoService service_;
  Clients clients_;
};

/// Cells, with the real runner and gateway. Each step also goes through the queue of requests, which the
/// other contenders do not have.
class ToldCells final : public Contender {
 public:
  explicit ToldCells(std::uint32_t pieces) : clients_(pieces), game_(clients_, land_for(pieces)) {}

  void tick(std::span<const Step> steps) override {
    for (const Step& step : steps) game_.request_move(step.who, step.direction);
    game_.tick();
  }

  std::uint32_t size() const override { return clients_.count(); }
  world::Position position(std::uint32_t who) const override {
    return row_of(game_.world(), Crowd::character(who)).position;
  }
  std::uint32_t others_in_sight(std::uint32_t who) const override {
    return others_watched(game_.world(), Crowd::character(who));
  }
  std::uint64_t bytes_told() const override { return clients_.bytes_sent(); }

 private:
  Clients clients_;
  Game game_;
};

}  // namespace madang::micro

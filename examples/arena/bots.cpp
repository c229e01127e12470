#include "arena/bots.h"

#include <fmt/format.h>

#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "arena/room.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/codec.h"
#include "madang/wire/dispatch.h"
#include "madang/wire/session_packets.h"

namespace arena {
namespace {

using madang::CloseReason;
using madang::Duration;
using madang::Time;

constexpr std::string_view words[] = {"en garde!", "missed!", "잘했어요!", "who is left?", "다시 한 판!"};
/// Bots that were refused or lost try again after this time.
constexpr Duration return_delay = std::chrono::seconds(1);
constexpr std::size_t error_texts_max = 20;
constexpr std::uint8_t colours = 8;

std::string name_of_room(std::uint32_t room) { return fmt::format("room {}", room + 1); }

/// The Entry without its name, which the server knows from the Login.
std::array<std::byte, 1> entry_of(std::uint8_t colour) {
  static_assert(wire::field_count<Entry> == 2, "besides the name an Entry has the colour alone");
  return {std::byte{colour}};
}

}  // namespace

Bots::Bots(std::unique_ptr<io::Port> port, const io::Address& server, const BotsSettings& settings)
    : settings_(settings), server_(server), port_(std::move(port)), random_(settings.seed) {
  port_->start_timer(beat, key_beat);
}

Bots::~Bots() = default;

void Bots::turn(Duration max_wait) {
  port_->turn(*this, max_wait);
  for (client::Connection* connection : unsent_) connection->flush();
  unsent_.clear();
}

void Bots::log_out() {
  is_logging_out_ = true;
  for (Bot& bot : bots_) bot.connection->log_out();
}

BotsReport Bots::report() const {
  BotsReport report = report_;
  std::set<std::uint32_t> rooms;
  for (const Bot& bot : bots_) {
    if (!bot.is_in_room) continue;
    ++report.players;
    rooms.insert(bot.room);
  }
  report.rooms = static_cast<std::uint32_t>(rooms.size());
  report.violations = findings_.total();
  report.errors = errors_;
  report.delay_p99_ms = delays_.quantile(0.99) / 1000.0;
  return report;
}

// --- Completions and packets ---

void Bots::on_completion(io::Completion& completion) {
  if (completion.key == key_beat) return on_beat();
  bots_[completion.key - key_first_bot].connection->on_completion(completion);
}

void Bots::on_welcome(client::Connection& connection) {
  Bot& bot = bot_of(connection);
  if (bot.next_view) {
    bot.view = std::move(bot.next_view);
    bot.room = bot.next_room;
    ++report_.room_changes;
  }
  bot.tiles.clear();
  bot.steering = Heading::stop;
  bot.is_in_room = true;
  was_any_in_room_ = true;
}

void Bots::on_packet(client::Connection& connection, const wire::Frame& frame) {
  Bot& bot = bot_of(connection);
  switch (frame.opcode) {
    case wire::opcode_of<wire::NotEntered>:
      bot.next_view.reset();
      bot.is_in_room = false;
      ++report_.rooms_full;
      return;
    case wire::opcode_of<wire::CellBegin>: {
      const auto begin = wire::decode<wire::CellBegin>(frame.body);
      if (begin->obstacles.size() != sizeof(std::uint64_t)) return;  // a server with cells of another size
      return bot.tiles.learn(begin->cell_x, begin->cell_y,
                             madang::load<std::uint64_t>(begin->obstacles.data()));
    }
    case wire::opcode_of<wire::CellSaid>: {
      const auto said = wire::decode<wire::CellSaid>(frame.body);
      report_.words_heard += is_own(bot, {said->cell_x, said->cell_y}, said->alias) ? 0u : 1u;
      return;
    }
    case wire::opcode_of<wire::CellTold>: return on_told(bot, *wire::decode<wire::CellTold>(frame.body));
    case wire::opcode_of<Steered>: return add_delay(wire::decode<Steered>(frame.body)->client_time);
    case wire::opcode_of<Fired>: {
      const auto fired = wire::decode<Fired>(frame.body);
      report_.shots += fired->has_fired ? 1u : 0u;
      return add_delay(fired->client_time);
    }
    default: return;
  }
}

/// Counts what the bot's own fighter tells. All others that watch it get the same packet.
void Bots::on_told(const Bot& bot, const wire::CellTold& told) {
  if (!is_own(bot, {told.cell_x, told.cell_y}, told.alias)) return;
  madang::Bytes bytes = told.packet;
  const wire::FrameResult frame = wire::next_frame(bytes);
  report_.hits += frame->opcode == wire::opcode_of<Hit> ? 1u : 0u;
  report_.kills += frame->opcode == wire::opcode_of<Killed> ? 1u : 0u;
}

/// Returns whether a cell names the bot's own fighter so.
bool Bots::is_own(const Bot& bot, client::Cell cell, wire::CellAlias alias) {
  const auto named = bot.view->find(cell, alias);
  return named && named->id == bot.view->welcome().entity;
}

void Bots::add_delay(std::uint32_t client_time) {
  delays_.add(client::microseconds_since(client_time, port_->now()));
}

void Bots::on_end(client::Connection& connection, const client::Ending& ending) {
  Bot& bot = bot_of(connection);
  --connections_open_;
  bot.is_in_room = false;
  // A room may be full of bots that have come from other rooms.
  const bool is_room_full = ending.reason == CloseReason::world_full;
  if (is_room_full) ++report_.rooms_full;
  if (!ending.is_regular() && !is_room_full) note_error(ending);
  if (is_room_full || settings_.come_back) bot.logs_in_at = port_->now() + return_delay;
}

void Bots::note_error(const client::Ending& ending) {
  ++errors_;
  const std::string text = describe(ending);
  if (error_texts_.size() < error_texts_max || error_texts_.contains(text)) ++error_texts_[text];
}

// --- Acting ---

void Bots::on_beat() {
  port_->start_timer(beat, key_beat);
  if (!is_logging_out_) log_in_due();
  for (std::size_t i = beats_ % groups; i < bots_.size(); i += groups) {
    bots_[i].connection->watch_clock();
    act(bots_[i]);
  }
  ++beats_;
}

void Bots::log_in_due() {
  for (std::uint32_t i = 0; i < logins_a_beat && bots_.size() < settings_.players; ++i) {
    bots_.emplace_back();
    log_in(bots_.size() - 1);
  }
  for (std::size_t i = beats_ % groups; i < bots_.size(); i += groups)
    if (bots_[i].logs_in_at <= port_->now()) log_in(i);
}

void Bots::log_in(std::size_t number) {
  Bot& bot = bots_[number];
  bot.connection.reset();  // it refers to the view
  bot.next_view.reset();
  bot.view = std::make_unique<RoomView>(findings_);
  bot.logs_in_at = Time::max();
  bot.room = static_cast<std::uint32_t>(number) % settings_.rooms;
  client::ConnectionOwner& owner = *this;
  client::Connection& connection =
      bot.connection.emplace(*port_, key_first_bot + number, pool_, owner, *bot.view);
  const std::string name = fmt::format("{}{}", settings_.name_prefix, number + 1);
  const std::string room = name_of_room(bot.room);
  const auto started = connection.start(server_, {.schema = game_info().protocol.schema,
                                                  .name = name,
                                                  .world = room,
                                                  .entry = entry_of(number % colours)});
  if (started) {
    ++connections_open_;
  } else {
    note_error({.reason = CloseReason::connection_lost, .error = started.error()});
    if (settings_.come_back) bot.logs_in_at = port_->now() + return_delay;
  }
}

void Bots::act(Bot& bot) {
  if (!bot.connection->is_active() || bot.next_view || must_stand_still_) return;
  if (!bot.is_in_room) {
    if (comes_up(return_delay)) enter_another_room(bot);
    return;
  }
  if (settings_.rooms > 1 && comes_up(settings_.stay)) return enter_another_room(bot);
  if (comes_up(settings_.silence))
    bot.connection->send(wire::Say{.text = words[random_.below(std::size(words))]});
  const BotDeed deed = decide_as_bot(sight_of(bot), random_);
  if (const Steer* steer = std::get_if<Steer>(&deed)) {
    bot.steering = steer->heading;
    bot.connection->send(*steer);
  } else if (const Fire* fire = std::get_if<Fire>(&deed)) {
    bot.connection->send(*fire);
  }
}

void Bots::enter_another_room(Bot& bot) {
  bot.next_view = std::make_unique<RoomView>(findings_);
  bot.next_room = random_.below(settings_.rooms - 1);
  if (bot.next_room >= bot.room) ++bot.next_room;
  const std::string room = name_of_room(bot.next_room);
  bot.connection->enter_world(
      {.world = room, .entry = entry_of(static_cast<std::uint8_t>(random_.below(colours)))}, *bot.next_view);
}

Sight Bots::sight_of(const Bot& bot) const {
  Sight sight;
  sight.client_time = client::client_time(port_->now());
  sight.steering = bot.steering;
  sight.tiles = &bot.tiles;
  sight.shells = bot.view->own<Fighter>().shells;
  bot.view->for_each_entity([&](const client::Seen& seen) {
    if (const Fighter* fighter = bot.view->attributes<Fighter>(seen)) {
      if (seen.id == bot.view->welcome().entity) {
        sight.position = seen.position;
        sight.hit_points = fighter->hit_points;
        sight.facing = fighter->facing;
      } else {
        sight.fighters.push_back({EntityId{seen.id.high, seen.id.low}, seen.position, fighter->hit_points});
      }
    } else if (const Shot* shot = bot.view->attributes<Shot>(seen)) {
      sight.shots.push_back({seen.position, shot->heading});
    }
  });
  return sight;
}

/// Returns true once in `every` on average. To be asked each time when a bot acts.
bool Bots::comes_up(Duration every) {
  return random_.below(static_cast<std::uint32_t>(every / (beat * groups)) + 1) == 0;
}

}  // namespace arena

#include "madang/net/gateway.h"

#include <algorithm>

#include "madang/base/text.h"
#include "madang/net/to_wire.h"

namespace madang::net {

using Kind = board::Command::Kind;

Gateway::Gateway(Worker& worker, const board::ZoneConfig& zone, BoundedQueue<board::Command>& commands,
                 ThrottledCells& throttled_cells, ShoutBudget& shouts)
    : worker_(worker),
      zone_(zone),
      grid_(zone.width, zone.height, zone.cell_size),
      commands_(commands),
      fan_out_(worker, grid_, throttled_cells),
      mailbox_(worker.limits().tick_queue_max, worker.number()),
      shouts_(shouts) {}

bool Gateway::offer(TickOutput& output) {
  const bool is_whole = mailbox_.put(output);
  worker_.wake();
  return is_whole;
}

// --- From the client ---

Verdict Gateway::on_frame(Session& session, const wire::Frame& frame) {
  // A client of another version gets this reason first, because the rest of its login may be unreadable.
  if (frame.opcode == wire::opcode_of<wire::Login> && wire::schema_of_login(frame.body) != wire::schema_hash)
    return Verdict::close(CloseReason::stale_client);

  Player& player = player_of(session);
  Verdict verdict = Verdict::handled();
  const CloseReason fault = wire::visit_client_packet(
      frame, [&](const auto& packet) { verdict = on_packet(player, session, packet); });
  return fault == CloseReason::none ? verdict : Verdict::close(fault);
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Login& login) {
  if (player.is_entering || player.alias) return Verdict::close(CloseReason::wrong_state);
  const auto name = presentable_name(login.name, worker_.limits().name_bytes_max);
  if (!name) return Verdict::close(CloseReason::bad_name);
  const Time now = worker_.now();
  LoginBudget& logins = worker_.logins();
  if (!logins.has(session.client(), *name, now)) return Verdict::close(CloseReason::flooding);
  if (sanctions_) {
    if (const auto ban = sanctions_->find(Sanction::Kind::ban, *name, session.peer(), now)) {
      logins.charge(session.client(), *name, now);
      ban_words_ = ban->words();
      return Verdict::close(CloseReason::banned);
    }
  }
  board::Command command = command_of(player, Kind::enter);
  command.looks = looks_to_world(login.looks);
  command.text = *name;
  if (!commands_.push(std::move(command))) return Verdict::retry();
  logins.charge(session.client(), *name, now);
  player.is_entering = true;
  names_[session.id().index()].assign(*name);
  return Verdict::handled();
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Move& move) {
  if (!player.alias) return Verdict::close(CloseReason::wrong_state);
  const Budget& budget = worker_.limits().move_budget;
  const Time now = worker_.now();
  const Time since = worker_.sent_since(session);
  if (!player.moves.has(since, now, budget)) return Verdict::close(CloseReason::flooding);
  board::Command command = command_of(player, Kind::move);
  command.direction = to_world(move.direction);
  command.client_time = move.client_time;
  if (!commands_.push(std::move(command))) return Verdict::retry();
  player.moves.charge(since, budget);
  if (player.move_came_at == Time::min()) player.move_came_at = now;
  return Verdict::handled();
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Say& say) {
  return on_words(player, session, Kind::say, say.text);
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Shout& shout) {
  return on_words(player, session, Kind::shout, shout.text);
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Ping& ping) {
  if (!player.alias) return Verdict::close(CloseReason::wrong_state);
  if (!player.pings.take(worker_.sent_since(session), worker_.now(), worker_.limits().ping_budget))
    return Verdict::close(CloseReason::flooding);
  wire::append(worker_.out(session), wire::Pong{.client_time = ping.client_time});
  return Verdict::handled();
}

Verdict Gateway::on_packet(Player&, Session&, const wire::Logout&) {
  return Verdict::close(CloseReason::client_left);
}

/// Handles a say or a shout. A text that a person may have typed is refused with an answer: the session goes
/// on, and other clients do not get the text.
Verdict Gateway::on_words(Player& player, Session& session, Kind kind, std::string_view sent) {
  using enum wire::NotSaidReason;
  if (!player.alias) return Verdict::close(CloseReason::wrong_state);
  const Limits& limits = worker_.limits();
  const Time now = worker_.now();
  const Time since = worker_.sent_since(session);
  if (!player.words.has(since, now, limits.words_budget)) return Verdict::close(CloseReason::flooding);
  const auto count_words = [&] {
    player.words.charge(since, limits.words_budget);
    ++player.words_sent;
  };
  const auto refuse = [&](wire::NotSaidReason reason) {
    count_words();
    worker_.counters().words_refused[static_cast<std::size_t>(reason)].add();
    wire::append(worker_.out(session), wire::NotSaid{.number = player.words_sent, .reason = reason});
    return Verdict::handled();
  };
  auto text = presentable_words(sent, limits.text_bytes_max);
  if (!text) {
    if (text.error() == TextFault::malformed) return Verdict::close(CloseReason::bad_text);
    return refuse(text.error() == TextFault::too_long ? too_long : not_presentable);
  }
  if (sanctions_ && sanctions_->find(Sanction::Kind::mute, name_of(session), session.peer(), now))
    return refuse(muted);
  const bool is_shout = kind == Kind::shout;
  TokenBucket& own = is_shout ? player.shouts : player.says;
  const Budget& own_budget = is_shout ? limits.shout_budget : limits.say_budget;
  if (!own.has(since, now, own_budget)) return refuse(too_fast);
  if (is_shout && !shouts_.has(session.client(), now)) return refuse(too_many_shouts);
  board::Command command = command_of(player, kind);
  command.text = std::move(*text);
  if (!commands_.push(std::move(command))) return Verdict::retry();
  count_words();
  own.charge(since, own_budget);
  if (is_shout) shouts_.charge(session.client(), now);
  return Verdict::handled();
}

board::Command Gateway::command_of(const Player& player, Kind kind) const {
  board::Command command;
  command.kind = kind;
  command.owner = player.session;
  command.alias = player.alias;
  return command;
}

void Gateway::on_close(Session& session, CloseReason) {
  Player& player = player_of(session);
  fan_out_.end(session.id().index());
  // A player that is still entering leaves when the zone has answered: see welcome().
  if (player.alias) leaves_.push_back(command_of(player, Kind::leave));
  player = {};
}

void Gateway::say_goodbye(CloseReason reason, Buffer& out) {
  const bool has_words = reason == CloseReason::banned && !ban_words_.empty();
  wire::append(out, wire::Goodbye{.reason = reason, .text = has_words ? ban_words_ : text_of(reason)});
}

// --- From the zone ---

void Gateway::on_turn(Time now) {
  while (!leaves_.empty() && commands_.push(std::move(leaves_.front()))) leaves_.pop_front();
  if (mailbox_.dequeue(ticks_, merged_)) fan_out_merged();
  for (TickOutput* output : ticks_) fan_out_tick(*output);
  if (now < next_states_request_) return;
  fan_out_.request_states();
  next_states_request_ = now + Duration(1s) / zone_.tick_rate;
}

/// The answers come first, because they bring the position of each piece. FanOut needs these positions: a
/// near cell gets more than a far one.
void Gateway::fan_out_tick(TickOutput& output) {
  const TickOutput::Personal& personal = output.personal[worker_.number()];
  send_answers(personal);
  fan_out_.fan_out(output, personal.watch_changes);
  send_shouts(output.bytes_of(output.for_all));
  notify_when_sent(&output);
}

/// A session that is too far behind does not get the shouts of a tick. The client is not told.
void Gateway::send_shouts(Bytes shouts) {
  if (shouts.empty()) return;
  for (const Player& player : players_) {
    if (!player.alias) continue;
    Session& session = worker_.at(player.session.index());
    if (fan_out_.may_get(session, shouts.size())) {
      worker_.out(session).append(shouts);
    } else {
      worker_.counters().shouts_suppressed.add();
    }
  }
}

/// The cells are forgotten first, because an answer must not contradict what the client still knows of its
/// cells.
void Gateway::fan_out_merged() {
  fan_out_.make_all_stale();
  send_answers(merged_);
  fan_out_.change_watches(merged_.watch_changes);
  const auto in_world = std::ranges::count_if(players_, [](const Player& p) { return bool{p.alias}; });
  worker_.counters().shouts_suppressed.add(merged_.lost_shout_ticks * static_cast<std::uint64_t>(in_world));
  notify_when_sent(nullptr);
}

void Gateway::send_answers(const TickOutput::Personal& personal) {
  for (const board::Entered& entered : personal.entered) welcome(entered);
  for (const board::EnterRefused& refused : personal.enter_refused) refuse(refused);
  for (const board::Moved& moved : personal.moved) answer(moved);
}

void Gateway::notify_when_sent(TickOutput* output) {
  std::size_t earlier = move_times_measured_;  // moves that earlier ticks answer
  for (std::size_t i = sent_; i < unsent_.size(); ++i) earlier += unsent_[i].answer_count;
  unsent_.push_back({output, static_cast<std::uint32_t>(move_times_.size() - earlier)});
  worker_.notify_when_sent();
}

void Gateway::on_sent(Time now) {
  const Unsent& done = unsent_[sent_++];
  if (done.output) done.output->release(now);
  for (std::uint32_t i = 0; i < done.answer_count; ++i)
    worker_.counters().answers.add(now - move_times_[move_times_measured_++]);
  if (sent_ < unsent_.size()) return;
  unsent_.clear();
  sent_ = 0;
  move_times_.clear();
  move_times_measured_ = 0;
}

void Gateway::announce(std::string_view text) {
  Buffer packet;
  wire::append(packet, wire::Announced{.text = text});
  send_to_all(packet.bytes());
}

void Gateway::carry_out(const Sanction& sanction) {
  const bool is_ban = sanction.kind == Sanction::Kind::ban;
  const std::string words = sanction.words();
  for (const Player& player : players_) {
    if (!player.alias && !player.is_entering) continue;
    Session* session = find(player.session);
    if (!session || !sanction.is_about(name_of(*session), session->peer())) continue;
    if (is_ban) {
      ban_words_ = words;
      worker_.close(*session, CloseReason::banned);
    } else {
      wire::append(worker_.out(*session), wire::Announced{.text = words});
    }
  }
}

std::string_view Gateway::name_of(const Session& session) const {
  const std::uint32_t index = session.id().index();
  if (index >= names_.size() || players_[index].session != session.id()) return {};
  return names_[index];
}

void Gateway::send_to_all(Bytes bytes) {
  for (const Player& player : players_)
    if (player.alias) worker_.out(worker_.at(player.session.index())).append(bytes);
}

void Gateway::welcome(const board::Entered& entered) {
  Session* session = find(entered.owner);
  if (!session) {
    // The session ended while its login was in the queue. Its piece must leave the world.
    board::Command leave;
    leave.kind = Kind::leave;
    leave.owner = entered.owner;
    leave.alias = entered.alias;
    return leaves_.push_back(std::move(leave));
  }
  Player& player = player_of(*session);
  player.alias = entered.alias;
  fan_out_.set_cell(session->id().index(), grid_.cell_of(entered.position));
  player.is_entering = false;
  worker_.establish(*session);
  wire::append(worker_.out(*session),
               wire::Welcome{.entity = entered.id.value,
                             .alias = entered.alias.value,
                             .map_width = static_cast<std::uint16_t>(zone_.width),
                             .map_height = static_cast<std::uint16_t>(zone_.height),
                             .cell_size = static_cast<std::uint16_t>(zone_.cell_size),
                             .x = entered.position.x,
                             .y = entered.position.y,
                             .tick_rate = static_cast<std::uint16_t>(zone_.tick_rate),
                             .move_interval_ms = zone_.move_interval_ticks * 1000 / zone_.tick_rate,
                             .view_radius = static_cast<std::uint16_t>(zone_.view_radius)});
}

void Gateway::refuse(const board::EnterRefused& refused) {
  if (Session* session = find(refused.owner)) worker_.close(*session, refused.reason);
}

void Gateway::answer(const board::Moved& moved) {
  Session* session = find(moved.owner);
  if (!session) return;
  Player& player = player_of(*session);
  fan_out_.set_cell(session->id().index(), grid_.cell_of(moved.position));
  if (player.move_came_at != Time::min()) move_times_.push_back(player.move_came_at);
  player.move_came_at = Time::min();
  wire::append(worker_.out(*session), wire::Moved{.client_time = moved.client_time,
                                                  .x = moved.position.x,
                                                  .y = moved.position.y,
                                                  .result = to_wire(moved.result)});
}

Gateway::Player& Gateway::player_of(const Session& session) {
  const std::uint32_t index = session.id().index();
  if (index >= players_.size()) {
    players_.resize(index + 1);
    names_.resize(index + 1);
  }
  Player& player = players_[index];
  if (player.session != session.id()) {
    player = Player{.session = session.id()};
    names_[index].clear();
  }
  return player;
}

}  // namespace madang::net

#include "net/gateway.h"

#include <algorithm>

#include "base/text.h"

namespace madang::net {

using Kind = world::Command::Kind;

Gateway::Gateway(Worker& worker, const world::ZoneConfig& zone, BoundedQueue<world::Command>& commands,
                 ThinnedCells& thinned_cells, ShoutBudget& shouts)
    : worker_(worker),
      zone_(zone),
      grid_(zone.width, zone.height, zone.cell_size),
      commands_(commands),
      fan_out_(worker, grid_, thinned_cells),
      mailbox_(worker.limits().tick_queue_max, worker.number()),
      shouts_(shouts) {}

bool Gateway::offer(TickOutput& output) {
  const bool whole = mailbox_.put(output);
  worker_.wake();
  return whole;
}

// --- From the client ---

Verdict Gateway::on_frame(Session& session, const wire::Frame& frame) {
  Player& player = player_of(session);
  const Limits& limits = worker_.limits();
  const Time now = worker_.now();
  const Time since = worker_.sent_since(session);
  const bool playing = static_cast<bool>(player.alias);

  // A client of another version is told so, whatever else its login may hold.
  if (frame.opcode == wire::opcode_of<wire::Login> && wire::schema_of_login(frame.body) != wire::schema_hash)
    return Verdict::close(CloseReason::stale_client);

  const Player before = player;  // a frame that has to wait is not counted twice
  later_ = false;
  const CloseReason reason = wire::visit_client_packet(
      frame, wire::Overloaded{
                 [&](const wire::Login& login) { return on_login(player, session, login); },
                 [&](const wire::Move& move) {
                   if (!playing) return CloseReason::wrong_state;
                   if (!player.moves.take(since, now, limits.move_budget)) return CloseReason::flooding;
                   world::Command c = command_of(player, Kind::move);
                   c.direction = static_cast<world::Direction>(move.direction);
                   c.client_time = move.client_time;
                   if (player.asked_at == Time::min()) player.asked_at = now;
                   command(std::move(c));
                   return CloseReason::none;
                 },
                 [&](const wire::Say& say) {
                   if (!playing) return CloseReason::wrong_state;
                   return on_words(player, session, Kind::say, say.text);
                 },
                 [&](const wire::Shout& shout) {
                   if (!playing) return CloseReason::wrong_state;
                   return on_words(player, session, Kind::shout, shout.text);
                 },
                 [&](const wire::Ping& ping) {
                   if (!playing) return CloseReason::wrong_state;
                   if (!player.pings.take(since, now, limits.ping_budget)) return CloseReason::flooding;
                   wire::append(worker_.out(session), wire::Pong{.client_time = ping.client_time});
                   return CloseReason::none;
                 },
                 [&](const wire::Logout&) { return CloseReason::client_left; },
             });
  if (!later_) return Verdict::close(reason);
  player = before;
  return Verdict::later();
}

CloseReason Gateway::on_login(Player& player, Session& session, const wire::Login& login) {
  if (player.entering || player.alias) return CloseReason::wrong_state;
  auto name = presentable_name(login.name, worker_.limits().name_bytes_max);
  if (!name) return CloseReason::bad_name;
  if (!worker_.take_login(session, *name)) return CloseReason::flooding;
  if (sanctions_) {
    if (const auto ban = sanctions_->find(Sanction::Kind::ban, *name, session.peer(), worker_.now())) {
      ban_words_ = ban->words();
      return CloseReason::banned;
    }
  }
  world::Command c = command_of(player, Kind::enter);
  c.looks = static_cast<std::uint8_t>(login.looks);
  c.text = *name;
  command(std::move(c));
  if (later_) worker_.give_back_login(session, *name);
  player.entering = true;
  names_[session.id().index()].assign(*name);
  return CloseReason::none;
}

/// What a person may have typed is answered softly, and costs nobody else anything.
CloseReason Gateway::on_words(Player& player, Session& session, Kind kind, std::string_view sent) {
  using enum wire::NotSaidReason;
  const Limits& limits = worker_.limits();
  const Time now = worker_.now();
  const Time since = worker_.sent_since(session);
  if (!player.words.take(since, now, limits.words_budget)) return CloseReason::flooding;
  ++player.words_sent;
  auto text = presentable_words(sent, limits.text_bytes_max);
  if (!text) {
    if (text.error() == TextFault::malformed) return CloseReason::bad_text;
    refuse_words(player, session, text.error() == TextFault::too_long ? too_long : not_presentable);
    return CloseReason::none;
  }
  if (sanctions_ && sanctions_->find(Sanction::Kind::mute, name_of(session), session.peer(), now)) {
    refuse_words(player, session, muted);
    return CloseReason::none;
  }
  const bool is_shout = kind == Kind::shout;
  if (!(is_shout ? player.shouts.take(since, now, limits.shout_budget)
                 : player.says.take(since, now, limits.say_budget))) {
    refuse_words(player, session, too_fast);
    return CloseReason::none;
  }
  if (is_shout && !shouts_.take(session.client(), now)) {
    refuse_words(player, session, too_many_shouts);
    return CloseReason::none;
  }
  world::Command c = command_of(player, kind);
  c.text = std::move(*text);
  command(std::move(c));
  if (is_shout && later_) shouts_.give_back(session.client());  // the frame comes again, and takes it anew
  return CloseReason::none;
}

void Gateway::refuse_words(const Player& player, Session& session, wire::NotSaidReason reason) {
  worker_.counters().words_refused[static_cast<std::size_t>(reason)].add();
  wire::append(worker_.out(session), wire::NotSaid{.number = player.words_sent, .reason = reason});
}

world::Command Gateway::command_of(const Player& player, Kind kind) const {
  world::Command c;
  c.kind = kind;
  c.owner = player.session;
  c.alias = player.alias;
  return c;
}

void Gateway::command(world::Command&& command) { later_ = !commands_.push(std::move(command)); }

void Gateway::on_close(Session& session, CloseReason) {
  Player& player = player_of(session);
  fan_out_.end(session.id().index());
  // One who is still entering leaves when the zone has answered: see welcome().
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
  if (mailbox_.take(ticks_, merged_)) hand_out_merged();
  for (TickOutput* output : ticks_) hand_out(*output);
  if (now < next_ask_) return;
  fan_out_.ask_for_states();
  next_ask_ = now + Duration(1s) / zone_.tick_rate;
}

/// Personal answers first, and the place of each piece with them: how near a cell is depends on it.
void Gateway::hand_out(TickOutput& output) {
  const TickOutput::Personal& personal = output.personal[worker_.number()];
  give_answers(personal);
  fan_out_.fan_out(output, personal.watch_changes);
  if (const Bytes for_all = output.bytes_of(output.for_all); !for_all.empty())
    for (const Player& player : players_)
      if (player.alias)
        if (Session& session = worker_.at(player.session.index()); fan_out_.may_get(session, for_all.size()))
          worker_.out(session).append(for_all);
  tell_when_sent(&output);
}

/// The cells go first: a client may not see an answer that contradicts what its cells last showed.
void Gateway::hand_out_merged() {
  fan_out_.make_all_stale();
  give_answers(merged_);
  fan_out_.change_watches(merged_.watch_changes);
  tell_when_sent(nullptr);
}

void Gateway::give_answers(const TickOutput::Personal& personal) {
  for (const world::Entered& entered : personal.entered) welcome(entered);
  for (const world::EnterRefused& refused : personal.enter_refused) refuse(refused);
  for (const world::Moved& moved : personal.moved) answer(moved);
}

void Gateway::tell_when_sent(TickOutput* output) {
  std::size_t before = asked_done_;
  for (std::size_t i = sent_; i < unsent_.size(); ++i) before += unsent_[i].answer_count;
  unsent_.push_back({output, static_cast<std::uint32_t>(asked_.size() - before)});
  worker_.tell_when_sent();
}

void Gateway::on_sent(Time now) {
  const Unsent& done = unsent_[sent_++];
  if (done.output) done.output->release(now);
  for (std::uint32_t i = 0; i < done.answer_count; ++i)
    worker_.counters().answers.add(now - asked_[asked_done_++]);
  if (sent_ < unsent_.size()) return;
  unsent_.clear();
  sent_ = 0;
  asked_.clear();
  asked_done_ = 0;
}

void Gateway::announce(std::string_view text) {
  Buffer packet;
  wire::append(packet, wire::Announced{.text = text});
  say_to_all(packet.bytes());
}

void Gateway::carry_out(const Sanction& sanction) {
  const bool is_ban = sanction.kind == Sanction::Kind::ban;
  for (const Player& player : players_) {
    if (!player.alias && !player.entering) continue;
    Session* session = find(player.session);
    if (!session || !sanction.is_about(name_of(*session), session->peer())) continue;
    ban_words_ = sanction.words();
    if (is_ban) {
      worker_.close(*session, CloseReason::banned);
    } else {
      wire::append(worker_.out(*session), wire::Announced{.text = ban_words_});
    }
  }
}

std::string_view Gateway::name_of(const Session& session) const {
  const std::uint32_t index = session.id().index();
  if (index >= names_.size() || players_[index].session != session.id()) return {};
  return names_[index];
}

void Gateway::say_to_all(Bytes bytes) {
  for (const Player& player : players_)
    if (player.alias) worker_.out(worker_.at(player.session.index())).append(bytes);
}

void Gateway::welcome(const world::Entered& entered) {
  Session* session = find(entered.owner);
  if (!session) {
    // It ended while its login was on the way: its piece must not stay behind.
    world::Command leave;
    leave.kind = Kind::leave;
    leave.owner = entered.owner;
    leave.alias = entered.alias;
    return leaves_.push_back(std::move(leave));
  }
  Player& player = player_of(*session);
  player.alias = entered.alias;
  fan_out_.set_place(session->id().index(), grid_.cell_of(entered.position));
  player.entering = false;
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

void Gateway::refuse(const world::EnterRefused& refused) {
  if (Session* session = find(refused.owner)) worker_.close(*session, refused.reason);
}

void Gateway::answer(const world::Moved& moved) {
  Session* session = find(moved.owner);
  if (!session) return;
  Player& player = player_of(*session);
  fan_out_.set_place(session->id().index(), grid_.cell_of(moved.position));
  if (player.asked_at != Time::min()) asked_.push_back(player.asked_at);
  player.asked_at = Time::min();
  wire::append(worker_.out(*session), wire::Moved{.client_time = moved.client_time,
                                                  .x = moved.position.x,
                                                  .y = moved.position.y,
                                                  .result = static_cast<wire::MoveResult>(moved.result)});
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

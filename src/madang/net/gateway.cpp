#include "madang/net/gateway.h"

#include <algorithm>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/text.h"
#include "madang/net/origin.h"
#include "madang/net/world_runners.h"
#include "madang/wire/dispatch.h"

namespace madang::net {

namespace {

/// Returns the normal form of the name of a world. An empty name is that of the main world.
std::expected<std::string, TextFault> presentable_world_name(std::string_view sent, const Limits& limits) {
  return sent.empty() ? std::string() : presentable_name(sent, limits.world_name_bytes_max);
}

/// Returns a text or a record as packets carry it.
template <class T>
std::string bytes_of(const T& value) {
  std::string bytes(wire::size_of(value), '\0');
  wire::put(reinterpret_cast<std::byte*>(bytes.data()), value);
  return bytes;
}

}  // namespace

Gateway::Gateway(Worker& worker, WorldRunners& runners, ShoutBudget& shouts)
    : worker_(worker),
      runners_(runners),
      character_of_([](const Session& session, std::string_view) {
        return CharacterId{session.id().value};  // a guest, who is never seen again
      }),
      fan_out_(worker),
      shouts_(shouts) {
  for (std::size_t i = 0; i < runners.size(); ++i)
    links_.emplace_back(runners[i], worker.limits().tick_queue_max, worker.number());
}

Gateway::~Gateway() = default;

bool Gateway::offer(std::uint8_t runner, TickOutput& output) {
  const bool is_whole = links_[runner].mailbox.put(output);
  worker_.wake();
  return is_whole;
}

// --- From the client ---

Verdict Gateway::on_frame(Session& session, const wire::Frame& frame) {
  // A client of another version gets this reason first, because the rest of its login may be unreadable.
  if (frame.opcode == wire::opcode_of<wire::Login> &&
      wire::schema_of_login(frame.body) != runners_.game().protocol.schema)
    return Verdict::close(CloseReason::stale_client);

  Player& player = player_of(session);
  if (frame.opcode >= wire::game_client_opcode_min) return on_command(player, session, frame);
  Verdict verdict = Verdict::handled();
  const CloseReason fault = wire::visit_packet(wire::SessionClientPackets{}, frame, [&](const auto& packet) {
    verdict = on_packet(player, session, packet);
  });
  return fault == CloseReason::none ? verdict : Verdict::close(fault);
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Login& login) {
  if (player.character) return Verdict::close(CloseReason::wrong_state);
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
  const auto world = presentable_world_name(login.world, worker_.limits());
  if (!world) return Verdict::close(CloseReason::bad_name);
  const CharacterId character = character_of_(session, *name);
  MADANG_CHECK(character && ~character.value != 0, "no character may have the id {:#x}", character.value);
  begin_journey(player, runners_.whereabouts().find(character).value_or(*world), login.entry);
  player.runner = static_cast<std::uint8_t>(runners_.number_of(player.journey->world));
  names_[session.id().index()].assign(*name);
  Request request = enter_of(session);
  request.character = character;
  if (!links_[player.runner].runner.requests().push(std::move(request))) return Verdict::retry();
  logins.charge(session.client(), *name, now);
  player.character = character;
  player.state = Player::State::entering;
  return Verdict::handled();
}

/// Words that still wait for the cells of the world before are not said any more.
void Gateway::begin_journey(Player& player, std::string world, Bytes entry) {
  player.journey = std::make_unique<Journey>();
  player.journey->world = std::move(world);
  player.journey->entry = as_text(entry);
}

/// The player's journey says where.
Request Gateway::enter_of(const Session& session) {
  const Player& player = player_of(session);
  Request request = request_of(player, world::Input::Kind::enter);
  request.is_travel = player.was_welcomed;
  const Origin origin(session.peer());
  request.body = bytes_of(session.client().is_this_machine() ? std::string_view() : origin.bytes()) +
                 bytes_of(std::string_view(player.journey->world)) + bytes_of(name_of(session));
  request.body.append(player.journey->entry);
  return request;
}

/// The character leaves first, and enters the next world when it has left.
Verdict Gateway::on_packet(Player& player, Session& session, const wire::EnterWorld& enter_world) {
  using enum Player::State;
  if (player.state != in_world && player.state != nowhere) return Verdict::close(CloseReason::wrong_state);
  const auto world = presentable_world_name(enter_world.world, worker_.limits());
  if (!world) return Verdict::close(CloseReason::bad_name);
  const Budget& budget = worker_.limits().enter_world_budget;
  const Time since = worker_.sent_since(session);
  if (!player.worlds.has(since, worker_.now(), budget)) return Verdict::close(CloseReason::flooding);
  if (player.state == in_world) {
    Request request = request_of(player, world::Input::Kind::leave);
    request.is_travel = true;
    if (!links_[player.runner].runner.requests().push(std::move(request))) return Verdict::retry();
    player.state = departing;
  }
  player.worlds.charge(since, budget);
  begin_journey(player, *world, enter_world.entry);
  if (player.state == nowhere) enter_next_world(session);
  return Verdict::handled();
}

void Gateway::enter_next_world(Session& session) {
  Player& player = player_of(session);
  player.runner = static_cast<std::uint8_t>(runners_.number_of(player.journey->world));
  player.state = Player::State::entering;
  links_[player.runner].waiting.push_back(enter_of(session));
}

Verdict Gateway::on_command(Player& player, Session& session, const wire::Frame& frame) {
  const CloseReason fault = runners_.game().check_command(frame.opcode, frame.body);
  if (fault != CloseReason::none) return Verdict::close(fault);
  if (!player.was_welcomed) return Verdict::close(CloseReason::wrong_state);
  const Budget& budget = worker_.limits().command_budget;
  const Time now = worker_.now();
  const Time since = worker_.sent_since(session);
  if (!player.commands.has(since, now, budget)) return Verdict::close(CloseReason::flooding);
  if (player.is_in_world()) {
    Request request = request_of(player, world::Input::Kind::command);
    request.opcode = frame.opcode;
    request.body = as_text(frame.body);
    if (!links_[player.runner].runner.requests().push(std::move(request))) return Verdict::retry();
  }
  player.commands.charge(since, budget);
  if (player.command_came_at == Time::min()) player.command_came_at = now;
  return Verdict::handled();
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Say& say) {
  return on_words(player, session, world::Input::Kind::say, say.text);
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Shout& shout) {
  return on_words(player, session, world::Input::Kind::shout, shout.text);
}

Verdict Gateway::on_packet(Player& player, Session& session, const wire::Ping& ping) {
  if (!player.was_welcomed) return Verdict::close(CloseReason::wrong_state);
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
Verdict Gateway::on_words(Player& player, Session& session, world::Input::Kind kind, std::string_view sent) {
  using enum wire::NotSaidReason;
  if (!player.was_welcomed) return Verdict::close(CloseReason::wrong_state);
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
  if (!player.is_in_world()) {
    count_words();
    return Verdict::handled();
  }
  const bool is_shout = kind == world::Input::Kind::shout;
  TokenBucket& own = is_shout ? player.shouts : player.says;
  const Budget& own_budget = is_shout ? limits.shout_budget : limits.say_budget;
  if (!own.has(since, now, own_budget)) return refuse(too_fast);
  if (is_shout && !shouts_.has(session.client(), now)) return refuse(too_many_shouts);
  Request request = request_of(player, kind);
  request.body = bytes_of(world::Words{.name = name_of(session), .text = *text});
  // A player who speaks before it sees its first cells would not hear itself. So these words wait. The
  // budgets bound their number.
  if (!player.sees_cells) {
    player.journey->early_words.push_back(std::move(request));
  } else if (!links_[player.runner].runner.requests().push(std::move(request))) {
    return Verdict::retry();
  }
  count_words();
  own.charge(since, own_budget);
  if (is_shout) shouts_.charge(session.client(), now);
  return Verdict::handled();
}

Request Gateway::request_of(const Player& player, world::Input::Kind kind) {
  Request request;
  request.kind = kind;
  request.session = player.session;
  request.character = player.character;
  return request;
}

void Gateway::on_close(Session& session, CloseReason) {
  Player& player = player_of(session);
  fan_out_.end(session.id().index());
  runners_.whereabouts().forget(player.character, session.id());
  if (player.state != Player::State::new_here && player.state != Player::State::nowhere)
    links_[player.runner].waiting.push_back(request_of(player, world::Input::Kind::leave));
  player = {};
}

void Gateway::say_goodbye(CloseReason reason, Buffer& out) {
  const bool has_words = reason == CloseReason::banned && !ban_words_.empty();
  wire::append(out,
               wire::Goodbye{.reason = reason,
                             .text = has_words ? ban_words_ : runners_.game().close_reasons[reason].text});
}

// --- From the world ---

void Gateway::on_turn(Time now) {
  for (Link& link : links_) {
    while (!link.waiting.empty() && link.runner.requests().push(std::move(link.waiting.front())))
      link.waiting.pop_front();
    take_ticks(link);
  }
  if (now < next_states_request_) return;
  fan_out_.request_states();
  next_states_request_ = now + Duration(1s) / runners_.tick_rate();
}

void Gateway::take_ticks(Link& link) {
  if (link.mailbox.dequeue(ticks_, merged_)) fan_out_merged(link);
  for (TickOutput* output : ticks_) fan_out_tick(*output);
}

/// What is personal comes first, because it says in which cell each entity stands. FanOut needs that: a near
/// cell gets more than a far one.
void Gateway::fan_out_tick(TickOutput& output) {
  const TickOutput::Personal& personal = output.personal[worker_.number()];
  handle(personal);
  fan_out_.fan_out(output, personal.watch_changes, personal.unsettled);
  for (const TickOutput::OfWorld& of_world : output.worlds()) send_shouts(of_world);
  notify_when_sent(&output);
}

/// A session that is too far behind does not get the shouts of a tick. The client is not told.
void Gateway::send_shouts(const TickOutput::OfWorld& of_world) {
  for (const world::OutputPart part : of_world.cells.told_to_all) {
    const Bytes shout = of_world.cells.bytes_of(part);
    for (const Player& player : players_) {
      if (!player.world || player.world->id != of_world.world) continue;
      Session& session = worker_.at(player.session.index());
      if (fan_out_.may_get(session, shout.size())) {
        worker_.out(session).append(shout);
      } else {
        worker_.counters().shouts_suppressed.add();
      }
    }
  }
}

/// The cells are forgotten first, because an answer must not contradict what the client still knows of its
/// cells.
void Gateway::fan_out_merged(const Link& link) {
  fan_out_.make_all_stale([&](const WorldInfo& world) { return world.id.runner() == link.runner.number(); });
  handle(merged_);
  fan_out_.change_watches(merged_.watch_changes);
  const auto in_runner = std::ranges::count_if(players_, [&](const Player& one) {
    return one.world && one.world->id.runner() == link.runner.number();
  });
  worker_.counters().shouts_suppressed.add(merged_.lost_shout_ticks * static_cast<std::uint64_t>(in_runner));
  notify_when_sent(nullptr);
}

void Gateway::handle(const TickOutput::Personal& personal) {
  for (const auto& entered : personal.entered) welcome(entered);
  for (const auto& crossing : personal.crossings)
    if (find(crossing.session)) fan_out_.set_cell(crossing.session.index(), crossing.cell);
  answer(personal);
  for (const auto& change : personal.watch_changes)
    if (Session* session = find(change.session)) see_cells(player_of(*session));
  for (const auto& closed : personal.closed)
    if (Session* session = find(closed.session)) worker_.close(*session, closed.reason);
  for (const auto& refused : personal.refused)
    if (Session* session = find(refused.session)) refuse(*session, refused);
  for (const auto& departed : personal.departed) depart(departed);
}

void Gateway::notify_when_sent(TickOutput* output) {
  std::size_t earlier = command_times_measured_;  // commands that earlier ticks answer
  for (std::size_t i = sent_; i < unsent_.size(); ++i) earlier += unsent_[i].answer_count;
  unsent_.push_back({output, static_cast<std::uint32_t>(command_times_.size() - earlier)});
  worker_.notify_when_sent();
}

void Gateway::on_sent(Time now) {
  const Unsent& done = unsent_[sent_++];
  if (done.output) done.output->release(now);
  for (std::uint32_t i = 0; i < done.answer_count; ++i)
    worker_.counters().answers.add(now - command_times_[command_times_measured_++]);
  if (sent_ < unsent_.size()) return;
  unsent_.clear();
  sent_ = 0;
  command_times_.clear();
  command_times_measured_ = 0;
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
    if (!player.character) continue;
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
    if (player.was_welcomed) worker_.out(worker_.at(player.session.index())).append(bytes);
}

/// A session that ended while its login was in the queue has sent its leave already.
void Gateway::welcome(const TickOutput::Personal::Entered& entered) {
  Session* session = find(entered.session);
  if (!session) return;
  const WorldInfo& world = *entered.world;
  Player& player = player_of(*session);
  player.state = Player::State::in_world;
  if (!std::exchange(player.was_welcomed, true)) worker_.establish(*session);
  player.sees_cells = false;
  player.world = entered.world;
  fan_out_.enter(session->id().index(), *player.world, world.grid.cell_of(entered.position));
  wire::append(worker_.out(*session),
               wire::Welcome{.entity = entered.entity.wire(),
                             .map_width = world.grid.width(),
                             .map_height = world.grid.height(),
                             .cell_size = world.config.cell_size,
                             .units_per_tile = world.config.units_per_tile,
                             .x = static_cast<std::uint32_t>(entered.position.x),
                             .y = static_cast<std::uint32_t>(entered.position.y),
                             .tick_rate = static_cast<std::uint16_t>(runners_.tick_rate()),
                             .view_radius = world.config.view_radius,
                             .world = world.name});
}

void Gateway::see_cells(Player& player) {
  if (std::exchange(player.sees_cells, true) || !player.journey) return;
  Link& link = links_[player.runner];
  for (Request& words : player.journey->early_words)
    if (!link.waiting.empty() || !link.runner.requests().push(std::move(words)))
      link.waiting.push_back(std::move(words));
  player.journey->early_words.clear();
  if (player.state == Player::State::in_world) player.journey.reset();
}

/// A session that never was in a world ends. Another one may try another world.
void Gateway::refuse(Session& session, const TickOutput::Personal::Refused& refused) {
  Player& player = player_of(session);
  if (refused.is_elsewhere) {
    if (auto there = runners_.whereabouts().find(player.character)) player.journey->world = std::move(*there);
    return enter_next_world(session);
  }
  player.state = Player::State::nowhere;
  if (!player.was_welcomed || refused.reason == CloseReason::replaced)
    return worker_.close(session, refused.reason);
  wire::append(worker_.out(session), wire::NotEntered{.reason = refused.reason});
}

void Gateway::depart(const TickOutput::Personal::Departed& departed) {
  Session* session = find(departed.session);
  if (!session) return runners_.whereabouts().forget(departed.character, departed.session);
  fan_out_.end(session->id().index());
  player_of(*session).world.reset();
  enter_next_world(*session);
}

/// The worker sends to its sessions in the order in which they got their first bytes of the turn. So the
/// session that has waited longest for an answer comes first, and the longest delays stay short.
void Gateway::answer(const TickOutput::Personal& personal) {
  answer_order_.clear();
  for (std::uint32_t i = 0; i < personal.answers.size(); ++i) {
    const SessionId session = personal.answers[i].session;
    worker_.prefetch_session(session.index());
    if (session.index() < players_.size())
      answer_order_.push_back({players_[session.index()].command_came_at, i});
  }
  std::ranges::sort(answer_order_);
  for (const auto& [came_at, index] : answer_order_)
    answer(personal.answers[index], personal.bytes_of(personal.answers[index].part));
}

void Gateway::answer(const TickOutput::Personal::Answer& answer, Bytes frames) {
  Session* session = find(answer.session);
  if (!session) return;
  Player& player = player_of(*session);
  if (!player.world) return;
  if (player.command_came_at != Time::min()) command_times_.push_back(player.command_came_at);
  player.command_came_at = Time::min();
  worker_.out(*session).append(frames);
}

Gateway::Player& Gateway::player_of(const Session& session) {
  const std::uint32_t index = session.id().index();
  if (index >= players_.size()) {
    players_.resize(index + 1);
    names_.resize(index + 1);
  }
  Player& player = players_[index];
  if (player.session != session.id()) {
    player = {};
    player.session = session.id();
    names_[index].clear();
  }
  return player;
}

}  // namespace madang::net

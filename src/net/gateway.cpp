#include "net/gateway.h"

#include <algorithm>

#include "base/text.h"

namespace madang::net {

using Kind = world::Command::Kind;

namespace {

// From this lag on a session does not get the steps of cells two and more away from its own, of the
// neighbouring ones, of its own.
constexpr Duration far_lag_max = 500ms;
constexpr Duration near_lag_max = 750ms;
constexpr Duration own_lag_max = 1000ms;

}  // namespace

Gateway::Gateway(Worker& worker, const world::ZoneConfig& zone, BoundedQueue<world::Command>& commands,
                 ThinnedCells& thinned_cells, ShoutBudget& shouts)
    : worker_(worker),
      zone_(zone),
      grid_(zone.width, zone.height, zone.cell_size),
      commands_(commands),
      thinned_cells_(thinned_cells),
      ticks_(worker.limits().tick_queue_max),
      watchers_(grid_.cell_count()),
      shouts_(shouts) {}

bool Gateway::offer(TickOutput* output) {
  if (!ticks_.push(std::move(output))) return false;
  worker_.wake();
  return true;
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
                 [&](const wire::Login& login) { return on_login(player, login); },
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

CloseReason Gateway::on_login(Player& player, const wire::Login& login) {
  if (player.entering || player.alias) return CloseReason::wrong_state;
  auto name = presentable_name(login.name, worker_.limits().name_bytes_max);
  if (!name) return CloseReason::bad_name;
  world::Command c = command_of(player, Kind::enter);
  c.looks = static_cast<std::uint8_t>(login.looks);
  c.text = std::move(*name);
  command(std::move(c));
  player.entering = true;
  return CloseReason::none;
}

/// What a person may have typed is answered softly, and costs nobody else anything.
CloseReason Gateway::on_words(Player& player, Session& session, Kind kind, std::string_view sent) {
  using enum wire::NotSaidReason;
  const Limits& limits = worker_.limits();
  const Time now = worker_.now();
  const Time since = worker_.sent_since(session);
  if (!player.words.take(since, now, limits.words_budget)) return CloseReason::flooding;
  auto text = presentable_words(sent, limits.text_bytes_max);
  if (!text) {
    if (text.error() == TextFault::malformed) return CloseReason::bad_text;
    refuse_words(session, text.error() == TextFault::too_long ? too_long : not_presentable);
    return CloseReason::none;
  }
  const bool is_shout = kind == Kind::shout;
  if (!(is_shout ? player.shouts.take(since, now, limits.shout_budget)
                 : player.says.take(since, now, limits.say_budget))) {
    refuse_words(session, too_fast);
    return CloseReason::none;
  }
  if (is_shout && !shouts_.take(session.peer(), now)) {
    refuse_words(session, too_many_shouts);
    return CloseReason::none;
  }
  world::Command c = command_of(player, kind);
  c.text = std::move(*text);
  command(std::move(c));
  if (is_shout && later_) shouts_.give_back(session.peer());  // the frame comes again, and takes it anew
  return CloseReason::none;
}

void Gateway::refuse_words(Session& session, wire::NotSaidReason reason) {
  wire::append(worker_.out(session), wire::NotSaid{.reason = reason});
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
  grid_.for_each(player.watch, [&](world::CellIndex cell) { stop_watching(cell, session.id().index()); });
  // One who is still entering leaves when the zone has answered: see welcome().
  if (player.alias) leaves_.push_back(command_of(player, Kind::leave));
  player = {};
}

void Gateway::say_goodbye(CloseReason reason, Buffer& out) {
  wire::append(out, wire::Goodbye{.reason = reason, .text = text_of(reason)});
}

// --- From the zone ---

void Gateway::on_turn(Time) {
  while (!leaves_.empty() && commands_.push(std::move(leaves_.front()))) leaves_.pop_front();
  TickOutput* output = nullptr;
  while (ticks_.pop(output)) {
    hand_out(*output);
    output->release(worker_.now());
  }
}

/// In the order that world/events.h asks for: forgets, changes, full states, leaves. Positions come before
/// the leaves, for who has left may not be among them, and after the states: a piece that has gone over to a
/// cell that begins has come out of the thinned one.
void Gateway::hand_out(const TickOutput& output) {
  now_ = worker_.now();
  own_cell_only_ = output.thin;
  const TickOutput::Personal& personal = output.personal[worker_.number()];
  for (const world::Entered& entered : personal.entered) welcome(entered);
  for (const world::EnterRefused& refused : personal.enter_refused) refuse(refused);
  for (const world::Moved& moved : personal.moved) answer(moved);
  for (const world::WatchChanged& change : personal.watch_changes) forget_cells(change);
  hand_out_updates(output);
  for (const world::WatchChanged& change : personal.watch_changes) begin_cells(change, output);
  hand_out_positions(output);
  hand_out_leaves(output);
  for (const world::WatchChanged& change : personal.watch_changes) watch_new_cells(change);

  if (const Bytes for_all = output.bytes_of(output.for_all); !for_all.empty()) say_to_all(for_all);
}

void Gateway::announce(std::string_view text) {
  Buffer packet;
  wire::append(packet, wire::Announced{.text = text});
  say_to_all(packet.bytes());
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
  player.cell = grid_.cell_of(entered.position);
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
                             .move_interval_ms = zone_.move_interval_ticks * 1000 / zone_.tick_rate});
}

void Gateway::refuse(const world::EnterRefused& refused) {
  if (Session* session = find(refused.owner)) worker_.close(*session, refused.reason);
}

void Gateway::answer(const world::Moved& moved) {
  Session* session = find(moved.owner);
  if (!session) return;
  Player& player = player_of(*session);
  player.cell = grid_.cell_of(moved.position);
  if (player.asked_at != Time::min()) worker_.counters().answers.add(now_ - player.asked_at);
  player.asked_at = Time::min();
  wire::append(worker_.out(*session), wire::Moved{.client_time = moved.client_time,
                                                  .x = moved.position.x,
                                                  .y = moved.position.y,
                                                  .result = static_cast<wire::MoveResult>(moved.result)});
}

void Gateway::hand_out_updates(const TickOutput& output) {
  for (const TickOutput::CellUpdate& update : output.updates) {
    const Bytes all = output.bytes_of(update.all);
    const Bytes without_steps = output.bytes_of(update.without_steps());
    for (Watcher& watcher : watchers_[update.cell.value]) {
      Session& session = worker_.at(watcher.index);
      if (!watcher.is_thinned && update.has_steps() && !may_hear_steps(session, update.cell))
        thin(watcher, update.cell);
      const Bytes bytes = watcher.is_thinned ? without_steps : all;
      if (!bytes.empty()) worker_.out(session).append(bytes);
    }
  }
}

/// Makes right what was held back. Whose means do not suffice for what comes next is thinned anew.
void Gateway::hand_out_positions(const TickOutput& output) {
  for (const TickOutput::CellPart& positions : output.positions) {
    const Bytes bytes = output.bytes_of(positions.part);
    for (Watcher& watcher : watchers_[positions.cell.value]) {
      if (!watcher.is_thinned) continue;
      Session& session = worker_.at(watcher.index);
      worker_.out(session).append(bytes);
      unthin(watcher, positions.cell);
      if (!may_hear_steps(session, positions.cell)) thin(watcher, positions.cell);
    }
  }
}

void Gateway::hand_out_leaves(const TickOutput& output) {
  for (const TickOutput::CellPart& leaves : output.leaves) {
    const Bytes bytes = output.bytes_of(leaves.part);
    for (const Watcher& watcher : watchers_[leaves.cell.value])
      worker_.out(worker_.at(watcher.index)).append(bytes);
  }
}

/// The nearer a cell is, the longer its steps are told while a session's means run out.
bool Gateway::may_hear_steps(const Session& session, world::CellIndex cell) const {
  const Duration lag = worker_.lag(session);
  if (lag <= far_lag_max && !own_cell_only_) return true;
  const world::CellIndex own = players_[session.id().index()].cell;
  if (cell == own) return lag <= own_lag_max;
  return !own_cell_only_ && grid_.distance(cell, own) == 1 && lag <= near_lag_max;
}

void Gateway::thin(Watcher& watcher, world::CellIndex cell) {
  watcher.is_thinned = 1;
  thinned_cells_.add(cell);
  wire::append(worker_.out(worker_.at(watcher.index)),
               wire::CellThin{static_cast<std::uint16_t>(grid_.column(cell)),
                              static_cast<std::uint16_t>(grid_.row(cell))});
}

void Gateway::unthin(Watcher& watcher, world::CellIndex cell) {
  watcher.is_thinned = 0;
  thinned_cells_.remove(cell);
}

void Gateway::forget_cells(const world::WatchChanged& change) {
  Session* session = find(change.owner);
  if (!session) return;
  grid_.for_each_without(change.before, change.now, [&](world::CellIndex cell) {
    stop_watching(cell, session->id().index());
    wire::append(worker_.out(*session), wire::CellForget{static_cast<std::uint16_t>(grid_.column(cell)),
                                                         static_cast<std::uint16_t>(grid_.row(cell))});
  });
}

void Gateway::begin_cells(const world::WatchChanged& change, const TickOutput& output) {
  Session* session = find(change.owner);
  if (!session) return;
  grid_.for_each_without(change.now, change.before, [&](world::CellIndex cell) {
    worker_.out(*session).append(output.bytes_of(output.state_of(cell)));
  });
}

void Gateway::watch_new_cells(const world::WatchChanged& change) {
  Session* session = find(change.owner);
  if (!session) return;
  grid_.for_each_without(change.now, change.before, [&](world::CellIndex cell) {
    watchers_[cell.value].push_back(Watcher{.index = session->id().index()});
  });
  player_of(*session).watch = change.now;
}

void Gateway::stop_watching(world::CellIndex cell, std::uint32_t index) {
  std::vector<Watcher>& watchers = watchers_[cell.value];
  const auto at = std::ranges::find_if(watchers, [&](const Watcher& w) { return w.index == index; });
  CHECK(at != watchers.end(), "session {} does not watch cell {}", index, cell.value);
  if (at->is_thinned) unthin(*at, cell);
  *at = watchers.back();
  watchers.pop_back();
}

Gateway::Player& Gateway::player_of(const Session& session) {
  const std::uint32_t index = session.id().index();
  if (index >= players_.size()) players_.resize(index + 1);
  Player& player = players_[index];
  if (player.session != session.id()) player = Player{.session = session.id()};
  return player;
}

}  // namespace madang::net

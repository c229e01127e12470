#include "board/client/swarm.h"

#include <algorithm>
#include <array>
#include <utility>

#include "board/board_config.h"
#include "board/client/login_entry.h"
#include "madang/wire/dispatch.h"

namespace madang::board {

namespace {

constexpr std::string_view lines[] = {
    "hello!",
    "안녕하세요!",
    "nice weather on this board",
    "오늘 사람 많네요",
    "has anybody seen the king?",
    "같이 걸을까요?",
    "mind the obstacles",
    "저쪽에 길이 있어요",
    "which way to the middle?",
    "반갑습니다 :)",
    "I only turn at walls",
    "마당이 참 넓네요",
};
constexpr std::string_view shouts[] = {
    "everybody to the middle!",
    "모두 마당으로 모이세요!",
    "checkmate!",
    "체크메이트!",
};

/// Minimum delay of the alarm, so that bots that are due at nearly the same time share a turn.
constexpr Duration alarm_delay_min = 1ms;
/// A bot changes its direction at random in one of this number of steps. Otherwise bots would stay at the
/// walls.
constexpr std::uint32_t steps_a_random_turn = 8;
/// Maximum number of different error texts.
constexpr std::size_t error_texts_max = 20;

constexpr std::array all_looks = {Looks::king,   Looks::queen,  Looks::rook,
                                  Looks::bishop, Looks::knight, Looks::pawn};
static_assert(all_looks.size() == wire::enumeration<Looks>.values.size());

bool may_be_free(const PlayerView& view, Direction direction) {
  return view.tile(neighbour(view.own_position(), direction)) != client::Tile::obstacle;
}

/// Returns true at random, once in `every` on average, if it is called once in `step`.
bool comes_up(Random& random, Duration step, Duration every) {
  if (every <= Duration::zero()) return false;
  const std::int64_t of = std::max<std::int64_t>(every / std::max<Duration>(step, 1ms), 1);
  return random.below(static_cast<std::uint32_t>(std::min<std::int64_t>(of, UINT32_MAX))) == 0;
}

Duration move_interval(const PlayerView& view) {
  return std::max<Duration>(std::chrono::milliseconds(view.move_interval_ms()), 1ms);
}

}  // namespace

Swarm::Swarm(std::unique_ptr<io::Port> port, const io::Address& server, const SwarmOptions& options)
    : options_(options),
      server_(server),
      port_(std::move(port)),
      random_(options.seed),
      answers_(scatter(options.seed)),
      players_wanted_(options.players),
      next_login_(port_->now()),
      next_shout_(options.shout_interval > Duration::zero() ? port_->now() + options.shout_interval
                                                            : Time::max()) {
  port_->start_timer(sweep_interval, key_sweep);
  set_alarm();
}

Swarm::~Swarm() = default;

void Swarm::turn(Duration max_wait) {
  flush();  // what was appended between the turns
  port_->turn(*this, max_wait);
  const Time now = port_->now();
  log_in_due_bots(now);
  run_due_bots(now);
  send_due_answers(now);
  maybe_shout(now);
  flush();
  set_alarm();
}

void Swarm::flush() {
  for (client::Connection* connection : dirty_) connection->flush();
  dirty_.clear();
}

void Swarm::set_players(std::uint32_t players) {
  players_wanted_ = std::max(players_wanted_, players);
  set_alarm();
}

void Swarm::log_out() {
  is_logging_out_ = true;
  next_shout_ = Time::max();
  for (Bot& bot : bots_) bot.connection->log_out();
}

SwarmStats Swarm::stats() const {
  SwarmStats stats{.started = static_cast<std::uint32_t>(bots_.size()),
                   .logging_in = logging_in_,
                   .connected = connected_,
                   .connected_ever = connected_ever_,
                   .moves = moves_,
                   .moves_refused = moves_refused_,
                   .rooms_entered = rooms_entered_,
                   .rooms_refused = rooms_refused_,
                   .not_said = not_said_,
                   .updates_in = earlier_updates_in_,
                   .bytes_in = earlier_bytes_in_,
                   .bytes_out = earlier_bytes_out_,
                   .violations = findings_.total(),
                   .errors = errors_};
  for (const Bot& bot : bots_) {
    stats.updates_in += bot.view->updates();
    stats.bytes_in += bot.connection->bytes_in();
    stats.bytes_out += bot.connection->bytes_out();
  }
  return stats;
}

// --- Completions and packets ---

void Swarm::on_completion(io::Completion& completion) {
  switch (completion.key) {
    case key_agenda:
      if (completion.timer == alarm_) alarm_ = {};
      return;
    case key_sweep: return sweep();
    default: return bots_[completion.key - key_first_bot].connection->on_completion(completion);
  }
}

void Swarm::prefetch(io::Key key, int step) const {
  constexpr std::size_t line = 64;
  const auto fetch = [](const auto* object) {
    for (std::size_t at = 0; at < sizeof *object; at += line)
      __builtin_prefetch(reinterpret_cast<const std::byte*>(object) + at);
  };
  if (key < key_first_bot || key - key_first_bot >= bots_.size()) return;
  const Bot& bot = bots_[key - key_first_bot];
  if (step == 0) return fetch(&bot);
  fetch(bot.view.get());
}

void Swarm::on_welcome(client::Connection& connection) {
  Bot& bot = bot_of(connection);
  note_answered(bot);
  if (bot.next_view) {
    earlier_updates_in_ += bot.view->updates();
    answers_.remove_bot(bot.view->welcome().entity);
    bot.view = std::move(bot.next_view);
    ++rooms_entered_;
  }
  if (!std::exchange(bot.is_in_world, true)) ++connected_;
  if (!bot.reentry.was_in_world()) ++connected_ever_;
  bot.reentry.entered();
  bot.direction = directions[random_.below(directions.size())];
  bot.home = bot.view->own_position();
  answers_.add_bot(bot.view->welcome().entity);
}

void Swarm::on_packet(client::Connection& connection, const wire::Frame& frame) {
  switch (frame.opcode) {
    case wire::opcode_of<wire::NotSaid>: ++not_said_; return;
    case wire::opcode_of<wire::NotEntered>: ++rooms_refused_; return enter_another_room(bot_of(connection));
    case wire::opcode_of<wire::CellSaid>:
      return hear(number_of(connection), *wire::decode<wire::CellSaid>(frame.body));
    case wire::opcode_of<Pace>: return begin_to_act(number_of(connection));
    case wire::opcode_of<Moved>: return on_moved(*wire::decode<Moved>(frame.body));
    default: return;
  }
}

/// Each bot has a phase of its own. Otherwise all bots would move at once.
void Swarm::begin_to_act(std::uint32_t number) {
  Bot& bot = bots_[number];
  if (std::exchange(bot.has_appointment, true)) return;  // from before it came back
  const auto interval_us = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(move_interval(*bot.view)).count());
  agenda_.push({port_->now() + std::chrono::microseconds(random_.below(interval_us)), number});
}

void Swarm::on_moved(const Moved& moved) {
  const std::uint32_t delay = client::microseconds_since(moved.client_time, port_->now());
  delays_.add(delay);
  recent_delays_.add(delay);
  if (moved.result == MoveResult::ok) {
    ++moves_;
  } else {
    ++moves_refused_;
  }
}

void Swarm::on_end(client::Connection& connection, const client::Ending& ending) {
  Bot& bot = bot_of(connection);
  note_answered(bot);
  if (std::exchange(bot.is_in_world, false)) --connected_;
  --connections_open_;
  if (!ending.is_regular()) note_failure(ending);
  plan_return(number_of(connection), ending);
}

void Swarm::note_answered(Bot& bot) {
  if (!std::exchange(bot.was_answered, true)) --logging_in_;
}

void Swarm::note_failure(const client::Ending& failure) {
  ++errors_;
  if (!first_failure_) first_failure_ = failure;
  const std::string text = describe(failure);
  if (error_texts_.size() < error_texts_max || error_texts_.contains(text)) ++error_texts_[text];
}

void Swarm::sweep() {
  port_->start_timer(sweep_interval, key_sweep);
  for (Bot& bot : bots_) bot.connection->watch_clock();
}

// --- Logging in ---

void Swarm::log_in_due_bots(Time now) {
  if (is_logging_out_) return;
  const Duration interval = Duration(1s) / std::max(options_.logins_per_second, 1u);
  // After a pause the missed logins do not all come at once.
  next_login_ = std::max(next_login_, now - 100ms);
  while (logging_in_ < options_.logins_pending_max && next_login_ <= now && is_login_due(now)) {
    if (bots_.size() < players_wanted_) {
      log_in_new_bot();
    } else {
      const std::uint32_t number = returns_.top().bot;
      returns_.pop();
      end_connection(bots_[number]);
      log_in(bots_[number], number);
    }
    next_login_ += interval;
  }
}

/// Returns whether a bot is new, or may come back now.
bool Swarm::is_login_due(Time now) const {
  return bots_.size() < players_wanted_ || (!returns_.empty() && returns_.top().due <= now);
}

void Swarm::log_in_new_bot() {
  const std::size_t number = bots_.size();
  Bot& bot = bots_.emplace_back(scatter(options_.seed + number));
  bot.looks = all_looks[random_.below(std::size(all_looks))];
  log_in(bot, number);
}

void Swarm::log_in(Bot& bot, std::size_t number) {
  client::ConnectionOwner& owner = *this;
  bot.connection.reset();  // it refers to the view
  bot.next_view.reset();
  bot.view = std::make_unique<PlayerView>(findings_, client::Attributes::check_only);
  client::AnyView& view = *bot.view;
  client::Connection& connection =
      bot.connection.emplace(*port_, key_first_bot + number, pool_, owner, view, options_.times);
  const std::string name = fmt::format("{}{}", options_.name_prefix, number + 1);
  const std::string world =
      options_.room_of == 0 ? std::string() : fmt::format("room {}", number / options_.room_of + 1);
  const Result<void> started = connection.start(
      server_,
      {.schema = game_info().protocol.schema, .name = name, .world = world, .entry = login_entry(bot.looks)});
  if (!started) {
    bot.was_answered = true;
    const client::Ending ending{.reason = CloseReason::connection_lost, .error = started.error()};
    note_failure(ending);
    return plan_return(number, ending);
  }
  bot.was_answered = false;
  ++connections_open_;
  ++logging_in_;
}

/// Keeps what counts of a connection that has ended, because the next login replaces it.
void Swarm::end_connection(Bot& bot) {
  earlier_updates_in_ += bot.view->updates();
  earlier_bytes_in_ += bot.connection->bytes_in();
  earlier_bytes_out_ += bot.connection->bytes_out();
  answers_.remove_bot(bot.view->welcome().entity);
}

void Swarm::plan_return(std::size_t number, const client::Ending& ending) {
  if (!options_.logs_in_again) return;
  if (const auto wait = bots_[number].reentry.wait_after(ending))
    returns_.push({port_->now() + *wait, static_cast<std::uint32_t>(number)});
}

// --- Acting ---

void Swarm::run_due_bots(Time now) {
  while (!agenda_.empty() && agenda_.top().due <= now) {
    const Appointment appointment = agenda_.top();
    agenda_.pop();
    Bot& bot = bots_[appointment.bot];
    // A bot that has just come to another world acts again when it knows the pace there.
    bot.has_appointment = bot.connection->is_active() && bot.view->move_interval_ms() > 0;
    if (!bot.has_appointment) continue;
    act(bot, now);
    // Missed moves are not made up for. Each bot keeps its phase, so that not all move at once after a pause.
    const Duration interval = move_interval(*bot.view);
    const Duration late = now - appointment.due;
    agenda_.push({appointment.due + (late / interval + 1) * interval, appointment.bot});
  }
}

void Swarm::act(Bot& bot, Time now) {
  if (must_stand_still_ || bot.next_view) return;
  if (wants_another_room(bot)) return enter_another_room(bot);
  step(bot, now);
  if (comes_up(random_, move_interval(*bot.view), options_.say_interval))
    bot.connection->send(wire::Say{.text = lines[random_.below(std::size(lines))]});
}

void Swarm::step(Bot& bot, Time now) {
  if (!may_go(bot, bot.direction) || random_.chance(1, steps_a_random_turn)) {
    std::array<Direction, directions.size()> open{};
    std::uint32_t count = 0;
    for (const Direction direction : directions)
      if (may_go(bot, direction)) open[count++] = direction;
    if (count > 0) bot.direction = open[random_.below(count)];
  }
  bot.connection->send(Move{.direction = bot.direction, .client_time = client::client_time(now)});
}

/// A bot may be outside of its roaming range, because the answers to its last steps have not come yet. Then
/// its last turn was towards its home, and it goes on.
bool Swarm::wants_another_room(const Bot& bot) {
  if (options_.room_stay == Duration::zero()) return false;
  const Duration interval = move_interval(*bot.view);
  return random_.below(static_cast<std::uint32_t>(options_.room_stay / interval) + 1) == 0;
}

/// Room 0 is the main world.
void Swarm::enter_another_room(Bot& bot) {
  const std::uint32_t rooms = players_wanted_ / std::max(options_.room_of, 1u);
  const std::uint32_t room = random_.below(rooms + 1);
  const std::string name = room == 0 ? std::string() : fmt::format("room {}", room);
  bot.next_view = std::make_unique<PlayerView>(findings_, client::Attributes::check_only);
  bot.connection->enter_world({.world = name, .entry = login_entry(bot.looks)}, *bot.next_view);
}

bool Swarm::may_go(const Bot& bot, Direction direction) const {
  if (!may_be_free(*bot.view, direction)) return false;
  if (options_.roam == 0) return true;
  return axis_distance(bot.home, neighbour(bot.view->own_position(), direction)) <= options_.roam;
}

/// A speaker that has just left the cell is found by its id, so that its distance is right.
void Swarm::hear(std::uint32_t number, const wire::CellSaid& said) {
  const Bot& bot = bots_[number];
  if (!bot.is_in_world) return;
  const PlayerView& view = *bot.view;
  const auto named = view.find({said.cell_x, said.cell_y}, said.alias);
  const auto speaker = named ? view.find(named->id) : std::nullopt;
  if (!speaker) return;
  answers_.hear({number, speaker->id, axis_distance(view.own_position(), speaker->position), said.text},
                port_->now());
}

void Swarm::send_due_answers(Time now) {
  while (const auto answer = answers_.dequeue_due(now))
    if (!must_stand_still_) bots_[answer->bot].connection->send(wire::Say{.text = answer->text});
}

void Swarm::maybe_shout(Time now) {
  if (now < next_shout_ || bots_.empty()) return;
  next_shout_ = now + options_.shout_interval / 2 + options_.shout_interval / 100 * random_.below(100);
  if (must_stand_still_) return;
  Bot& bot = bots_[random_.below(static_cast<std::uint32_t>(bots_.size()))];
  bot.connection->send(wire::Shout{.text = shouts[random_.below(std::size(shouts))]});
}

/// Sets the alarm to the earliest time at which something is due. Bots that come back need no alarm: the
/// sweep is often enough for them.
void Swarm::set_alarm() {
  const Time now = port_->now();
  Time due = std::min(next_shout_, answers_.next_due());
  if (!agenda_.empty()) due = std::min(due, agenda_.top().due);
  if (!is_logging_out_ && bots_.size() < players_wanted_ && logging_in_ < options_.logins_pending_max)
    due = std::min(due, next_login_);
  if (due == Time::max()) return;
  due = std::max(due, now + alarm_delay_min);
  if (alarm_ && alarm_due_ <= due) return;
  if (alarm_) port_->cancel(alarm_);
  alarm_due_ = due;
  alarm_ = port_->start_timer(due - now, key_agenda);
}

}  // namespace madang::board

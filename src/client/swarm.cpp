#include "client/swarm.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace madang::client {

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

/// The alarm is not set for less: bots that are due at nearly the same time share a turn.
constexpr Duration alarm_delay_min = 1ms;
/// A turn in eight without need: else they would walk to the walls and stay there.
constexpr std::uint32_t turns_one_in = 8;
/// Distinct words for errors are kept up to here.
constexpr std::size_t error_texts_max = 20;

struct Offset {
  int x;
  int y;
};

Offset offset_of(wire::Direction direction) {
  switch (direction) {
    case wire::Direction::up: return {0, -1};
    case wire::Direction::down: return {0, 1};
    case wire::Direction::left: return {-1, 0};
    case wire::Direction::right: return {1, 0};
  }
  return {0, 0};
}

/// Along the axis on which they are farther from each other.
std::uint32_t axis_distance(Place place, int x, int y) {
  return static_cast<std::uint32_t>(std::max(std::abs(place.x - x), std::abs(place.y - y)));
}

bool may_be_free(const View& view, wire::Direction direction) {
  const Place place = view.own_place();
  const Offset offset = offset_of(direction);
  return view.tile(place.x + offset.x, place.y + offset.y) != Tile::obstacle;
}

/// One of `of`, by chance, for what happens every `every` on average and is asked about each `step`.
bool comes_up(Random& random, Duration step, Duration every) {
  if (every <= Duration::zero()) return false;
  const std::int64_t of = std::max<std::int64_t>(every / std::max<Duration>(step, 1ms), 1);
  return random.below(static_cast<std::uint32_t>(std::min<std::int64_t>(of, UINT32_MAX))) == 0;
}

Duration move_interval(const Connection& connection) {
  return std::max<Duration>(std::chrono::milliseconds(connection.view().welcome().move_interval_ms), 1ms);
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
  flush();  // what was called for between the turns
  port_->turn(*this, max_wait);
  const Time now = port_->now();
  log_in_those_due(now);
  act_those_due(now);
  answer_those_due(now);
  maybe_shout(now);
  flush();
  set_alarm();
}

void Swarm::flush() {
  for (Connection* connection : dirty_) connection->flush();
  dirty_.clear();
}

void Swarm::set_players(std::uint32_t players) {
  players_wanted_ = std::max(players_wanted_, players);
  set_alarm();
}

void Swarm::log_out() {
  logging_out_ = true;
  next_shout_ = Time::max();
  for (Bot& bot : bots_) bot.connection.log_out();
}

SwarmStats Swarm::stats() const {
  SwarmStats stats{.started = static_cast<std::uint32_t>(bots_.size()),
                   .logging_in = logging_in_,
                   .connected = connected_,
                   .connected_ever = connected_ever_,
                   .moves = moves_,
                   .moves_refused = moves_refused_,
                   .not_said = not_said_,
                   .violations = findings_.total(),
                   .errors = errors_};
  for (const Bot& bot : bots_) {
    stats.updates_in += bot.connection.view().updates();
    stats.bytes_in += bot.connection.bytes_in();
    stats.bytes_out += bot.connection.bytes_out();
  }
  return stats;
}

// --- What happens ---

void Swarm::on_completion(io::Completion& completion) {
  switch (completion.key) {
    case key_agenda:
      if (completion.timer == alarm_) alarm_ = {};
      return;
    case key_sweep: return sweep();
    default: return bots_[completion.key - key_first_bot].connection.on_completion(completion);
  }
}

void Swarm::on_welcome(Connection& connection) {
  Bot& bot = bot_of(connection);
  note_answered(bot);
  bot.playing = true;
  ++connected_;
  ++connected_ever_;
  // Each has a phase of its own, or all would move at once.
  const auto interval_us = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(move_interval(connection)).count());
  bot.direction = static_cast<wire::Direction>(random_.below(4));
  bot.home = connection.view().own_place();
  answers_.add_bot(connection.view().welcome().entity);
  agenda_.push({port_->now() + std::chrono::microseconds(random_.below(interval_us)), number_of(connection)});
}

void Swarm::on_packet(Connection& connection, const wire::Frame& frame) {
  if (frame.opcode == wire::opcode_of<wire::NotSaid>) ++not_said_;
  if (frame.opcode == wire::opcode_of<wire::Said>)
    hear(bot_of(connection), *wire::decode<wire::Said>(frame.body));
  if (frame.opcode != wire::opcode_of<wire::Moved>) return;
  const auto moved = wire::decode<wire::Moved>(frame.body);
  const std::uint32_t delay = microseconds_since(moved->client_time, port_->now());
  delays_.add(delay);
  recent_delays_.add(delay);
  ++(moved->result == wire::MoveResult::ok ? moves_ : moves_refused_);
}

void Swarm::on_end(Connection& connection, const Ending& ending) {
  Bot& bot = bot_of(connection);
  note_answered(bot);
  if (std::exchange(bot.playing, false)) --connected_;
  --connections_open_;
  if (!ending.in_order()) note_failure(ending);
}

void Swarm::note_answered(Bot& bot) {
  if (!std::exchange(bot.answered, true)) --logging_in_;
}

void Swarm::note_failure(const Ending& failure) {
  ++errors_;
  if (!first_failure_) first_failure_ = failure;
  const std::string text = describe(failure);
  if (error_texts_.size() < error_texts_max || error_texts_.contains(text)) ++error_texts_[text];
}

void Swarm::sweep() {
  port_->start_timer(sweep_interval, key_sweep);
  for (Bot& bot : bots_) bot.connection.watch_clock();
}

// --- Logging in ---

void Swarm::log_in_those_due(Time now) {
  if (logging_out_) return;
  const Duration interval = Duration(1s) / std::max(options_.logins_per_second, 1u);
  // After a pause they do not all come at once.
  next_login_ = std::max(next_login_, now - 100ms);
  while (bots_.size() < players_wanted_ && logging_in_ < options_.logins_pending_max && next_login_ <= now) {
    log_in();
    next_login_ += interval;
  }
}

void Swarm::log_in() {
  const std::size_t number = bots_.size();
  Bot& bot = bots_.emplace_back(*port_, key_first_bot + number, pool_, *this);
  const auto looks = static_cast<wire::Looks>(random_.below(wire::enumeration<wire::Looks>.values.size()));
  const Result<void> started =
      bot.connection.start(server_, fmt::format("{}{}", options_.name_prefix, number + 1), looks);
  if (!started) {
    bot.answered = true;
    return note_failure({.reason = CloseReason::connection_lost, .error = started.error()});
  }
  ++connections_open_;
  ++logging_in_;
}

// --- Acting ---

void Swarm::act_those_due(Time now) {
  while (!agenda_.empty() && agenda_.top().due <= now) {
    const Appointment appointment = agenda_.top();
    agenda_.pop();
    Bot& bot = bots_[appointment.bot];
    if (!bot.connection.is_playing()) continue;
    act(bot, now);
    // What was missed is not made up for; and each keeps its phase, or all would move at once after a pause.
    const Duration interval = move_interval(bot.connection);
    const Duration late = now - appointment.due;
    agenda_.push({appointment.due + (late / interval + 1) * interval, appointment.bot});
  }
}

void Swarm::act(Bot& bot, Time now) {
  if (standing_still_) return;
  step(bot, now);
  if (comes_up(random_, move_interval(bot.connection), options_.say_interval))
    bot.connection.send(wire::Say{.text = lines[random_.below(std::size(lines))]});
}

void Swarm::step(Bot& bot, Time now) {
  if (!may_go(bot, bot.direction) || random_.chance(1, turns_one_in)) {
    std::array<wire::Direction, 4> open{};
    std::uint32_t count = 0;
    for (std::uint8_t i = 0; i < 4; ++i)
      if (const auto direction = static_cast<wire::Direction>(i); may_go(bot, direction))
        open[count++] = direction;
    if (count > 0) bot.direction = open[random_.below(count)];
  }
  bot.connection.send(wire::Move{.direction = bot.direction, .client_time = client_time(now)});
}

/// A bot may be outside of its home's surroundings, because it does not yet know its last steps. Then its
/// last turn was towards its home, and it goes on.
bool Swarm::may_go(const Bot& bot, wire::Direction direction) const {
  const View& view = bot.connection.view();
  if (!may_be_free(view, direction)) return false;
  if (options_.roam == 0) return true;
  const Place place = view.own_place();
  const Offset offset = offset_of(direction);
  return axis_distance(bot.home, place.x + offset.x, place.y + offset.y) <= options_.roam;
}

void Swarm::hear(const Bot& bot, const wire::Said& said) {
  if (!bot.playing) return;
  const View& view = bot.connection.view();
  const SeenPiece* speaker = view.find(said.alias);
  if (!speaker) return;
  answers_.hear({number_of(bot.connection), speaker->entity,
                 axis_distance(view.own_place(), speaker->place.x, speaker->place.y), said.text},
                port_->now());
}

void Swarm::answer_those_due(Time now) {
  while (const auto answer = answers_.take_due(now))
    if (!standing_still_) bots_[answer->bot].connection.send(wire::Say{.text = answer->text});
}

void Swarm::maybe_shout(Time now) {
  if (now < next_shout_ || bots_.empty()) return;
  next_shout_ = now + options_.shout_interval / 2 + options_.shout_interval / 100 * random_.below(100);
  if (standing_still_) return;
  Bot& bot = bots_[random_.below(static_cast<std::uint32_t>(bots_.size()))];
  bot.connection.send(wire::Shout{.text = shouts[random_.below(std::size(shouts))]});
}

/// One timer serves for everything; it is set again when something comes earlier.
void Swarm::set_alarm() {
  const Time now = port_->now();
  Time due = std::min(next_shout_, answers_.next_due());
  if (!agenda_.empty()) due = std::min(due, agenda_.top().due);
  if (!logging_out_ && bots_.size() < players_wanted_ && logging_in_ < options_.logins_pending_max)
    due = std::min(due, next_login_);
  if (due == Time::max()) return;
  due = std::max(due, now + alarm_delay_min);
  if (alarm_ && alarm_due_ <= due) return;
  if (alarm_) port_->cancel(alarm_);
  alarm_due_ = due;
  alarm_ = port_->start_timer(due - now, key_agenda);
}

}  // namespace madang::client

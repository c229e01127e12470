#include "board/client/swarm.h"

#include <algorithm>
#include <optional>
#include <utility>

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

/// A bot changes its direction at random in one of this number of steps. Otherwise bots would stay at the
/// walls.
constexpr std::uint32_t steps_a_random_turn = 8;

constexpr std::array all_looks = {Looks::king,   Looks::queen,  Looks::rook,
                                  Looks::bishop, Looks::knight, Looks::pawn};
static_assert(all_looks.size() == wire::enumeration<Looks>.values.size());

}  // namespace

// --- One bot ---

void BoardBot::on_entered() {
  direction_ = directions[random().below(directions.size())];
  home_ = view().own_position();
  swarm_.answers_.add_bot(view().welcome().entity);
}

void BoardBot::on_left() { swarm_.answers_.remove_bot(view().welcome().entity); }

void BoardBot::act() {
  step();
  if (comes_up(swarm_.own_settings_.say_interval)) say(lines[random().below(std::size(lines))]);
}

void BoardBot::step() {
  if (!may_go(direction_) || random().chance(1, steps_a_random_turn)) {
    std::array<Direction, directions.size()> open{};
    std::uint32_t count = 0;
    for (const Direction direction : directions)
      if (may_go(direction)) open[count++] = direction;
    if (count > 0) direction_ = open[random().below(count)];
  }
  send(Move{.direction = direction_, .client_time = client_time()});
}

/// A bot may be outside of its roaming range, because the answers to its last steps have not come yet. Then
/// its last turn was towards its home, and it goes on.
bool BoardBot::may_go(Direction direction) const {
  const world::Position next = neighbour(view().own_position(), direction);
  if (view().tile(next) == client::Tile::obstacle) return false;
  return swarm_.own_settings_.roam == 0 || axis_distance(home_, next) <= swarm_.own_settings_.roam;
}

void BoardBot::on(const Moved& moved) {
  answered(moved.client_time);
  count(moved.result == MoveResult::ok ? "moves" : "moves_refused");
}

/// A speaker that has just left the cell is found by its id, so that its distance is right.
void BoardBot::on(const wire::CellSaid& said) {
  if (!is_in_world()) return;
  const auto named = view().find({said.cell_x, said.cell_y}, said.alias);
  const auto speaker = named ? view().find(named->id) : std::nullopt;
  if (!speaker) return;
  swarm_.answers_.hear(
      {number(), speaker->id, axis_distance(view().own_position(), speaker->position), said.text}, now());
}

// --- All bots ---

Swarm::Swarm(std::unique_ptr<io::Port> port, const io::Address& server, const client::BotsSettings& settings,
             const SwarmSettings& own_settings)
    : AnyBots(std::move(port), server, settings, client::bots_info<BoardBot>()),
      own_settings_(own_settings),
      answers_(scatter(settings.seed)),
      next_shout_(own_settings.shout_interval > Duration::zero()
                      ? this->port().now() + own_settings.shout_interval
                      : Time::max()) {}

std::unique_ptr<client::AnyBot> Swarm::make_bot() {
  return std::make_unique<BoardBot>(*this, all_looks[random().below(std::size(all_looks))]);
}

void Swarm::on_turn(Time now) {
  while (const auto answer = answers_.dequeue_due(now)) board_bot(answer->bot).say(answer->text);
  if (now < next_shout_ || bot_count() == 0) return;
  const Duration interval = own_settings_.shout_interval;
  next_shout_ = now + interval / 2 + interval / 100 * random().below(100);
  board_bot(random().below(static_cast<std::uint32_t>(bot_count())))
      .shout(shouts[random().below(std::size(shouts))]);
}

}  // namespace madang::board

#include "madang/net/world_runner.h"

#include <algorithm>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/log.h"
#include "madang/net/gateway.h"

namespace madang::net {

namespace {

/// After a pause of the machine, at most this number of late ticks is made up for. If more ticks are late,
/// all of them are left out.
constexpr int ticks_behind_max = 5;
std::string describe(const Overload& overload) {
  if (overload.step() == 0) return "players get all moves again, at the full tick rate";
  return fmt::format("players get moves in their own cells only, {} ticks a second",
                     overload.ticks_per_second());
}

}  // namespace

WorldRunner::WorldRunner(std::uint8_t number, const world::GameInfo& game, std::uint32_t tick_rate,
                         const Limits& limits, Whereabouts& whereabouts, ChatLog& chat)
    : number_(number),
      numbers_(number),
      game_(game),
      limits_(limits),
      whereabouts_(whereabouts),
      chat_(chat),
      requests_(limits.command_queue_max),
      overload_(tick_rate),
      metrics_(game.metrics.size()),
      ended_metrics_(game.metrics.size()),
      running_metrics_(game.metrics.size()) {
  stats_.ticks_per_second.set(tick_rate);
}

WorldRunner::~WorldRunner() = default;

void WorldRunner::set_gateways(std::vector<Gateway*> gateways) { gateways_ = std::move(gateways); }

Time WorldRunner::turn(Time now) {
  if (next_tick_ == Time::min()) next_tick_ = now;
  if (now < next_tick_) return next_tick_;

  watch_load(now);
  const Duration interval = overload_.interval();
  const std::int64_t behind = (now - next_tick_) / interval;
  if (behind >= 1) stats_.ticks_late.add();
  if (behind > ticks_behind_max) {
    stats_.ticks_skipped.add(static_cast<std::uint64_t>(behind));
    next_tick_ += behind * interval;
  }
  const Time due = next_tick_;
  next_tick_ += interval;
  tick(due);
  return next_tick_;
}

/// Gives overload control the duration of the last tick: until every worker had sent it. A tick that is not
/// finished has taken at least until now.
void WorldRunner::watch_load(Time now) {
  measure_finished_ticks();
  const Duration took = unfinished_.empty() ? last_took_ : now - unfinished_.back().due;
  const Overload::Change change = overload_.on_tick(took, now);
  if (change == Overload::Change::none) return;
  const bool is_up = change == Overload::Change::up;
  if (is_up) {
    stats_.overload_steps_up.add();
  } else {
    stats_.overload_steps_down.add();
  }
  stats_.overload_step.set(overload_.step());
  stats_.ticks_per_second.set(overload_.ticks_per_second());
  log_warning("overload: step {} of {}, {}: {}", overload_.step(), overload_.step_max(),
              is_up ? "because ticks take too long" : "because ticks are short again", describe(overload_));
}

void WorldRunner::tick(Time due) {
  take_requests(due);
  TickOutput& output = free_output();
  output.clear();
  tick_worlds(output);
  end_worlds(output);
  if (ticks_made_ % metrics_interval == 0) sum_metrics();
  for (const auto& closed : closed_) output.personal[worker_of(closed.session)].closed.push_back(closed);
  for (const auto& refused : refused_) output.personal[worker_of(refused.session)].refused.push_back(refused);
  forget_seats(output);
  output.is_own_cell_only = overload_.is_own_cell_only();
  stats_.ticks.add();
  stats_.requests.add(tick_requests_.size());
  stats_.requests_waiting.set(tick_requests_.size());
  stats_.players.set(seats_.size());
  stats_.worlds.set(worlds_.size());
  Question question;
  while (questions_.pop(question)) question(*this);
  last_took_ = {};
  if (!output.empty() || !tick_requests_.empty()) return deliver(output, due);
  stats_.tick_time.add(last_took_);  // nothing has happened, so no worker is woken
}

void WorldRunner::tick_worlds(TickOutput& output) {
  const HostedWorld::Turn turn{++ticks_made_, overload_.tick_length(), overload_.interval()};
  std::uint64_t throttled = 0;
  for (const auto& world : worlds_) {
    const bool was_broken = world->is_broken();
    const world::ZoneTraffic before = world->world().traffic();
    world->tick(turn, output);
    const world::ZoneTraffic now = world->world().traffic();
    stats_.zone_messages.add(now.messages - before.messages);
    stats_.zone_message_bytes.add(now.bytes - before.bytes);
    stats_.zone_crossings.add(now.crossings - before.crossings);
    if (world->is_broken() && !was_broken) stats_.worlds_broken.add();
    throttled += world->info().throttled_cells.count();
  }
  stats_.throttled_cells.set(throttled);
}

// --- Requests ---

/// Dequeues the requests, and gives each one to the world of its session.
void WorldRunner::take_requests(Time now) {
  tick_requests_.clear();
  closed_.clear();
  refused_.clear();
  Request dequeued;
  while (tick_requests_.size() < requests_.capacity() && requests_.pop(dequeued))
    tick_requests_.push_back(std::move(dequeued));
  for (const Request& request : tick_requests_) seats_.prefetch(request.session);
  for (const Request& request : tick_requests_) {
    using enum world::Input::Kind;
    if (request.kind == enter) {
      this->enter(request);
      continue;
    }
    HostedWorld* const* seat = seats_.find(request.session);
    if (!seat) continue;  // the world has closed the session in the meantime
    if (request.kind != leave) {
      (*seat)->add(request, chat_, now);
      continue;
    }
    (*seat)->leave(request);
    if (!request.is_travel) seats_.erase(request.session);
  }
  Operation operation;
  while (operations_.pop(operation))
    if (const auto found = by_name_.find(operation.world); found != by_name_.end())
      found->second->operate(operation.action, std::move(operation.body));
}

void WorldRunner::enter(const Request& request) {
  const EnterBody body(request, game_);
  const std::expected<HostedWorld*, CloseReason> world = find_or_make(body);
  if (!world) return refused_.push_back({request.session, world.error()});
  using enum Whereabouts::Entry;
  switch (whereabouts_.enter(request.character, body.world, request.session, request.is_travel)) {
    case elsewhere: return refused_.push_back({request.session, CloseReason::replaced, true});
    case replaced: return refused_.push_back({request.session, CloseReason::replaced});
    case ok: break;
  }
  seats_.get(request.session) = *world;
  if (const SessionId before = (*world)->enter(request)) closed_.push_back({before, CloseReason::replaced});
}

/// A client that makes many rooms must leave some for others.
std::expected<HostedWorld*, CloseReason> WorldRunner::find_or_make(const EnterBody& enter) {
  if (const auto found = by_name_.find(enter.world); found != by_name_.end()) {
    if (found->second->is_broken()) return std::unexpected(CloseReason::world_closed);
    return found->second;
  }
  if (!make_) return std::unexpected(CloseReason::no_such_world);
  if (worlds_.size() >= limits_.worlds_max) return std::unexpected(CloseReason::too_many_worlds);
  const auto made = made_by_.find(enter.origin);
  if (made != made_by_.end() && made->second >= limits_.worlds_per_address_max)
    return std::unexpected(CloseReason::too_many_worlds);
  std::unique_ptr<world::AnyWorld> world = make_(enter.world, numbers_.number());
  if (!world) return std::unexpected(CloseReason::no_such_world);
  stats_.worlds_made.add();
  if (!enter.origin.empty()) ++made_by_[std::string(enter.origin)];
  return &host(std::string(enter.world), std::move(world), enter.origin);
}

// --- Worlds ---

const HostedWorld& WorldRunner::add(std::string name, std::unique_ptr<world::AnyWorld> world) {
  MADANG_CHECK(!by_name_.contains(name), "there is a world \"{}\" already", name);
  const HostedWorld& added = host(std::move(name), std::move(world));
  ++permanent_worlds_;
  return added;
}

void WorldRunner::set_recorder(std::string_view world, TickRecorder& recorder) {
  const auto found = by_name_.find(world);
  MADANG_CHECK(found != by_name_.end(), "there is no world \"{}\"", world);
  found->second->set_recorder(recorder);
}

void WorldRunner::set_crew(std::string_view world, world::Crew& crew) {
  const auto found = by_name_.find(world);
  MADANG_CHECK(found != by_name_.end(), "there is no world \"{}\"", world);
  found->second->set_crew(crew);
}

HostedWorld& WorldRunner::host(std::string name, std::unique_ptr<world::AnyWorld> world,
                               std::string_view maker) {
  const WorldId id = numbers_.take([&](WorldId taken) {
    return std::ranges::any_of(worlds_, [&](const auto& one) { return one->info().id == taken; });
  });
  auto info = std::make_shared<WorldInfo>(id, std::move(name), *world, std::string(maker));
  worlds_.push_back(std::make_unique<HostedWorld>(game_, info, std::move(world), whereabouts_));
  by_name_.emplace(info->name, worlds_.back().get());
  stats_.worlds.set(worlds_.size());
  return *worlds_.back();
}

/// Ends the worlds that somebody has asked for, and those that have had no players for long enough.
void WorldRunner::end_worlds(TickOutput& output) {
  std::string name;
  while (endings_.pop(name)) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) continue;
    const auto at =
        std::ranges::find_if(worlds_, [&](const auto& world) { return world.get() == found->second; });
    const auto index = static_cast<std::size_t>(at - worlds_.begin());
    if (index < permanent_worlds_) continue;
    worlds_[index]->end(CloseReason::world_ended, output);
    end(index);
  }
  const std::uint64_t empty_ticks_max = std::uint64_t{limits_.empty_world_s} * overload_.ticks_per_second();
  for (std::size_t i = worlds_.size(); i-- > permanent_worlds_;) {
    if (worlds_[i]->empty_ticks() <= empty_ticks_max) continue;
    worlds_[i]->end(CloseReason::world_ended, output);
    end(i);
  }
}

void WorldRunner::end(std::size_t index) {
  worlds_[index]->world().add_metrics(ended_metrics_);
  const WorldInfo& info = worlds_[index]->info();
  if (const auto made = made_by_.find(info.maker); made != made_by_.end() && --made->second == 0)
    made_by_.erase(made);
  by_name_.erase(info.name);
  worlds_.erase(worlds_.begin() + static_cast<std::ptrdiff_t>(index));
  stats_.worlds_ended.add();
}

/// Of a gauge, a world that has ended counts for nothing.
void WorldRunner::sum_metrics() {
  if (metrics_.empty()) return;
  std::ranges::fill(running_metrics_, 0);
  for (const auto& world : worlds_) world->world().add_metrics(running_metrics_);
  for (std::size_t i = 0; i < metrics_.size(); ++i)
    metrics_[i].set(running_metrics_[i] + (game_.metrics[i].is_counter ? ended_metrics_[i] : 0));
}

void WorldRunner::add_metrics(std::span<std::uint64_t> sums) const {
  for (std::size_t i = 0; i < metrics_.size(); ++i) sums[i] += metrics_[i].get();
}

const HostedWorld* WorldRunner::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

// --- To the sessions ---

/// A session that was closed or refused, or that has departed, is in no world any more.
void WorldRunner::forget_seats(const TickOutput& output) {
  for (const TickOutput::Personal& personal : output.personal) {
    for (const auto& closed : personal.closed) seats_.erase(closed.session);
    for (const auto& refused : personal.refused) seats_.erase(refused.session);
    for (const auto& departed : personal.departed) seats_.erase(departed.session);
  }
}

void WorldRunner::deliver(TickOutput& output, Time due) {
  output.hold(static_cast<std::uint32_t>(gateways_.size()), due);
  unfinished_.push_back({&output, due});
  bool was_merged = false;
  for (Gateway* gateway : gateways_)
    if (!gateway->offer(number_, output)) was_merged = true;
  if (was_merged) stats_.ticks_merged.add();
}

void WorldRunner::measure_finished_ticks() {
  std::erase_if(unfinished_, [&](const Unfinished& tick) {
    if (!tick.output->is_free()) return false;
    last_took_ = tick.output->released_at() - tick.due;
    stats_.tick_time.add(last_took_);
    return true;
  });
}

TickOutput& WorldRunner::free_output() {
  for (TickOutput& output : outputs_)
    if (output.is_free() && std::ranges::find(unfinished_, &output, &Unfinished::output) == unfinished_.end())
      return output;
  TickOutput& output = outputs_.emplace_back();
  output.personal.resize(gateways_.size());
  return output;
}

}  // namespace madang::net

// The actions of the operator. Each action is a line in the log with the operator's address and the player.
// The line is a warning, so that a log with level "warning" contains it.
#include <algorithm>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "madang/base/ip_text.h"
#include "madang/base/log.h"
#include "madang/base/text.h"
#include "madang/io/address_range.h"
#include "madang/server/operator_api.h"
#include "madang/server/operator_ask.h"
#include "madang/server/operator_values.h"
#include "madang/server/site.h"

namespace madang::server {

using net::HttpExchange;
using net::HttpVerdict;
using net::Sanction;
using wire::HttpStatus;

namespace {

constexpr std::uint64_t sanction_minutes_max = std::uint64_t{60} * 24 * 365;
/// A record has 16 bits for the size of an input.
constexpr std::size_t action_bytes_max = 60'000;

template <class... Args>
void log_action(const HttpExchange& exchange, fmt::format_string<Args...> format, Args&&... args) {
  log_warning("the operator at {} {}", exchange.peer.address.text(),
              fmt::format(format, std::forward<Args>(args)...));
}

/// Returns the reason in the request, which may be empty. Returns none if the reason is no text, is too long
/// or cannot be shown.
std::optional<std::string> reason_in(const RequestBody& asked) {
  std::optional<std::string> reason = asked.has("reason") ? asked.text("reason") : std::string();
  if (!reason || reason->empty()) return reason;
  auto presentable = presentable_words(*reason, Sanction::reason_bytes_max);
  return presentable ? std::optional(std::move(*presentable)) : std::nullopt;
}

HttpVerdict refuse_reason() {
  return refuse(HttpStatus::bad_request,
                "The reason is not text, is too long, or has characters that cannot be shown.");
}

std::string text_for_log(const Sanction& sanction) {
  return fmt::format("\"{}\"{} until {}{}{}", sanction.name,
                     sanction.address ? " and " + ip_text_of(*sanction.address) : "", sanction.until_text(),
                     sanction.reason.empty() ? "" : ": ", sanction.reason);
}

std::string_view name_of(Sanction::Kind kind) { return kind == Sanction::Kind::ban ? "ban" : "mute"; }
std::string_view past_of(Sanction::Kind kind) { return kind == Sanction::Kind::ban ? "banned" : "muted"; }

/// Calls `action(gateway)` on the thread of each worker, beginning with worker number `next`. Returns false
/// if the queue of a worker is full: then the next call of this function continues with that worker.
template <class Action>
bool call_gateways(const Observed& observed, std::size_t& next, const Action& action) {
  for (; next < observed.gateways.size(); ++next) {
    net::Gateway& gateway = *observed.gateways[next];
    if (!observed.server.workers()[next]->call([&gateway, action] { action(gateway); })) return false;
  }
  return true;
}

}  // namespace

HttpVerdict OperatorApi::goodbye(HttpExchange& exchange) const {
  const std::optional<std::string> text = RequestBody(exchange.request.body, {"session"}).text("session");
  const std::optional<std::uint64_t> number = text ? number_in<std::uint64_t>(*text) : std::nullopt;
  if (!number) return refuse(HttpStatus::bad_request, R"(The body must be {"session": "NUMBER"}.)");

  const SessionId session{*number};
  if (worker_of(session) >= observed_.server.workers().size())
    return refuse(HttpStatus::not_found, "This session has ended.");
  net::Worker& worker = *observed_.server.workers()[worker_of(session)];
  net::Gateway& gateway = *observed_.gateways[worker_of(session)];
  struct Gone {
    bool found = false;
    std::string name;
    std::string address;
  };
  const Gone* gone = await_answer<Gone>(exchange, [&] {
    return ask_worker<Gone>(worker, [session, &worker, &gateway](Gone& answer) {
      net::Session* one = worker.find(session);
      if (!one) return;
      answer = {true, std::string(gateway.name_of(*one)), one->peer().text()};
      worker.close(*one, CloseReason::kicked);
    });
  });
  if (!gone) return HttpVerdict::retry();
  if (!gone->found) return refuse(HttpStatus::not_found, "This session has ended.");
  log_action(exchange, "disconnected \"{}\" at {}", gone->name, gone->address);
  return respond_done();
}

HttpVerdict OperatorApi::end_world(HttpExchange& exchange) const {
  const std::optional<std::string> name = RequestBody(exchange.request.body, {"world"}).text("world");
  if (!name) return refuse(HttpStatus::bad_request, R"(The body must be {"world": "NAME"}.)");
  if (name->empty()) return refuse(HttpStatus::conflict, "The main world ends with the server only.");
  const bool* is_there = await_answer<bool>(exchange, [&] {
    return ask_world<bool>(observed_.runners, *name,
                           [](const net::HostedWorld* world, bool& answer) { answer = world != nullptr; });
  });
  if (!is_there) return HttpVerdict::retry();
  if (!*is_there) return refuse(HttpStatus::not_found, "There is no world of this name.");
  if (!observed_.runners[observed_.runners.number_of(*name)].ask_to_end(*name)) return HttpVerdict::retry();
  log_action(exchange, "ended the world \"{}\"", *name);
  return respond_done();
}

/// An action of the game's own. It is done in one of the next ticks.
HttpVerdict OperatorApi::act(HttpExchange& exchange) const {
  const RequestBody asked(exchange.request.body, {"world", "action", "values"});
  const std::optional<std::string> world = asked.text("world");
  const std::optional<std::string> name = asked.text("action");
  if (!world || !name)
    return refuse(HttpStatus::bad_request,
                  R"(The body must be {"world": "NAME", "action": "NAME", "values": {...}}.)");
  const std::span<const wire::RecordInfo> actions = observed_.runners.game().operator_actions;
  const auto action = std::ranges::find(actions, *name, &wire::RecordInfo::name);
  if (action == actions.end())
    return refuse(HttpStatus::not_found, "This game has no action of this name: see /operator/api/actions.");
  std::expected<std::string, std::string> body = encode_values(*action, asked.value("values"));
  if (!body) return refuse(HttpStatus::bad_request, body.error());
  if (body->size() > action_bytes_max) return refuse(HttpStatus::bad_request, "The values are too long.");
  const bool* is_there = await_answer<bool>(exchange, [&] {
    return ask_world<bool>(observed_.runners, *world,
                           [](const net::HostedWorld* hosted, bool& answer) { answer = hosted != nullptr; });
  });
  if (!is_there) return HttpVerdict::retry();
  if (!*is_there) return refuse(HttpStatus::not_found, "There is no world of this name.");
  net::WorldRunner& runner = observed_.runners[observed_.runners.number_of(*world)];
  const auto number = static_cast<std::uint16_t>(action - actions.begin());
  if (!runner.ask_to_operate({*world, number, std::move(*body)})) return HttpVerdict::retry();
  log_action(exchange, "did {} in the world \"{}\": {}", *name, *world, shown(asked.value("values").dump()));
  return respond_done();
}

HttpVerdict OperatorApi::announce(HttpExchange& exchange) const {
  const std::optional<std::string> text = RequestBody(exchange.request.body, {"text"}).text("text");
  if (!text) return refuse(HttpStatus::bad_request, R"(The body must be {"text": "TEXT"}.)");
  const auto presentable = presentable_words(*text, observed_.limits.text_bytes_max);
  if (!presentable)
    return refuse(HttpStatus::bad_request, "The text is too long, or has characters that cannot be shown.");

  struct Progress final : net::PendingAnswer {
    std::size_t next_gateway = 0;
  };
  if (!exchange.pending) exchange.pending = std::make_shared<Progress>();
  const bool is_told =
      call_gateways(observed_, exchange.pending_as<Progress>()->next_gateway,
                    [words = *presentable](net::Gateway& gateway) { gateway.announce(words); });
  if (!is_told) return HttpVerdict::retry();
  log_action(exchange, "announced to all players: {}", *presentable);
  return respond_done();
}

HttpVerdict OperatorApi::sanction(HttpExchange& exchange) const {
  struct Progress final : net::PendingAnswer {
    explicit Progress(Sanction of) : sanction(std::move(of)) {}
    Sanction sanction;
    std::size_t next_gateway = 0;
  };
  if (!exchange.pending) {
    const RequestBody asked(exchange.request.body, {"kind", "name", "minutes", "reason", "address"});
    const auto kind = asked.text("kind");
    const auto name = asked.text("name");
    const auto minutes = asked.number("minutes");
    if (!kind || (*kind != "mute" && *kind != "ban") || !name || !minutes || *minutes == 0 ||
        *minutes > sanction_minutes_max)
      return refuse(HttpStatus::bad_request,
                    R"(The body must be {"kind": "mute" or "ban", "name": "NAME", "minutes": 1 to 525600}. )"
                    R"("reason" and "address" are optional.)");
    auto normal = presentable_name(*name, observed_.limits.name_bytes_max);
    if (!normal) return refuse(HttpStatus::bad_request, "No player can have this name.");
    auto reason = reason_in(asked);
    if (!reason) return refuse_reason();

    Sanction sanction;
    sanction.kind = *kind == "ban" ? Sanction::Kind::ban : Sanction::Kind::mute;
    sanction.name = std::move(*normal);
    sanction.reason = std::move(*reason);
    if (asked.has("address")) {
      const auto ip = parse_ip(asked.text("address").value_or(""));
      if (!ip) return refuse(HttpStatus::bad_request, "This is not an IP address.");
      sanction.address = io::address_of(unmapped(*ip), 0);
      if (!Sanction::allows_address(*sanction.address))
        return refuse(
            HttpStatus::bad_request,
            "This is the address of the server's own machine. All players behind a proxy that is not "
            "in trusted_proxies have this address.");
    }
    const auto length = std::chrono::minutes(*minutes);
    sanction.until = steady_now() + length;
    sanction.until_ms = to_ms((std::chrono::system_clock::now() + length).time_since_epoch());
    const auto id = observed_.sanctions.add(sanction, steady_now());
    if (!id)
      return refuse(HttpStatus::too_many_requests,
                    "There are sanctions_max mutes and bans already. Lift one of them first.");
    sanction.id = *id;
    log_action(exchange, "{} {}", past_of(sanction.kind), text_for_log(sanction));
    exchange.pending = std::make_shared<Progress>(std::move(sanction));
  }
  // From here on the sanction is in force. The workers apply it to sessions that are already open.
  const auto progress = exchange.pending_as<Progress>();
  const bool is_told =
      call_gateways(observed_, progress->next_gateway,
                    [sanction = progress->sanction](net::Gateway& gateway) { gateway.carry_out(sanction); });
  return is_told ? respond_done() : HttpVerdict::retry();
}

HttpVerdict OperatorApi::lift(HttpExchange& exchange) const {
  const std::optional<std::string> text = RequestBody(exchange.request.body, {"id"}).text("id");
  const std::optional<std::uint64_t> id = text ? number_in<std::uint64_t>(*text) : std::nullopt;
  if (!id) return refuse(HttpStatus::bad_request, R"(The body must be {"id": "NUMBER"}.)");
  const auto lifted = observed_.sanctions.lift(*id, steady_now());
  if (!lifted) return refuse(HttpStatus::not_found, "This mute or ban has already ended.");
  log_action(exchange, "lifted the {} of {}", name_of(lifted->kind), text_for_log(*lifted));
  return respond_done();
}

HttpVerdict OperatorApi::restart(HttpExchange& exchange) const {
  const RequestBody asked(exchange.request.body, {"seconds", "reason"});
  const auto seconds = asked.number("seconds");
  if (!seconds || *seconds < RestartPlan::seconds_min || *seconds > RestartPlan::seconds_max)
    return refuse(HttpStatus::bad_request,
                  R"(The body must be {"seconds": 5 to 86400}. "reason" is optional.)");
  const auto reason = reason_in(asked);
  if (!reason) return refuse_reason();
  if (!observed_.restart.begin(steady_now(), std::chrono::seconds(*seconds), *reason))
    return refuse(HttpStatus::conflict, "A restart is planned already.");
  log_action(exchange, "planned a restart in {} s{}{}", *seconds, reason->empty() ? "" : ": ", *reason);
  return respond_done();
}

HttpVerdict OperatorApi::cancel_restart(HttpExchange& exchange) const {
  if (!observed_.restart.cancel()) return refuse(HttpStatus::conflict, "No restart is planned.");
  log_action(exchange, "cancelled the restart");
  return respond_done();
}

}  // namespace madang::server

// What the operator may do. Each line of the log names the operator's address and whom it was done to; it is
// a warning, so that also a quiet log has it.
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "app/operator_api.h"
#include "app/operator_ask.h"
#include "app/site.h"
#include "base/ip_text.h"
#include "base/log.h"
#include "base/text.h"
#include "io/address_range.h"

namespace madang::app {

using net::HttpExchange;
using net::HttpVerdict;
using net::Sanction;
using wire::HttpStatus;

namespace {

constexpr std::uint64_t sanction_minutes_max = 60 * 24 * 365;

template <class... Args>
void log_action(const HttpExchange& exchange, fmt::format_string<Args...> format, Args&&... args) {
  log_warning("the operator at {} {}", exchange.peer.address.text(),
              fmt::format(format, std::forward<Args>(args)...));
}

/// The reason that somebody gives; empty when none is given. None: it cannot be shown, or is too long.
std::optional<std::string> reason_in(const AskedFor& asked) {
  const std::string reason = asked.text("reason").value_or("");
  if (reason.empty()) return reason;
  auto presentable = presentable_words(reason, Sanction::reason_bytes_max);
  return presentable ? std::optional(std::move(*presentable)) : std::nullopt;
}

HttpVerdict refuse_reason() {
  return refuse(HttpStatus::bad_request, "The reason is too long, or cannot be shown.");
}

std::string text_for_log(const Sanction& sanction) {
  return fmt::format("\"{}\"{} until {}{}{}", sanction.name,
                     sanction.address ? " and " + ip_text_of(*sanction.address) : "", sanction.until_text(),
                     sanction.reason.empty() ? "" : ": ", sanction.reason);
}

std::string_view name_of(Sanction::Kind kind) { return kind == Sanction::Kind::ban ? "ban" : "mute"; }

/// Calls `tell(gateway)` on the thread of each worker, beginning with number `next`; one whose queue is full
/// is tried again. False: not all have been called yet.
template <class Tell>
bool tell_gateways(const Observed& observed, std::size_t& next, Tell tell) {
  for (; next < observed.gateways.size(); ++next) {
    net::Gateway& gateway = *observed.gateways[next];
    if (!observed.server.workers()[next]->call([&gateway, tell] { tell(gateway); })) return false;
  }
  return true;
}

}  // namespace

HttpVerdict OperatorApi::goodbye(HttpExchange& exchange) const {
  const std::optional<std::string> text = AskedFor(exchange.request.body).text("session");
  const std::optional<std::uint64_t> number = text ? number_in<std::uint64_t>(*text) : std::nullopt;
  if (!number) return refuse(HttpStatus::bad_request, R"(This takes {"session": "NUMBER"}.)");

  const SessionId session{*number};
  if (worker_of(session) >= observed_.server.workers().size())
    return refuse(HttpStatus::not_found, "That session is gone.");
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
  if (!gone) return HttpVerdict::later();
  if (!gone->found) return refuse(HttpStatus::not_found, "That session is gone.");
  log_action(exchange, "says goodbye to \"{}\" at {}", gone->name, gone->address);
  return respond_done();
}

HttpVerdict OperatorApi::announce(HttpExchange& exchange) const {
  const std::optional<std::string> text = AskedFor(exchange.request.body).text("text");
  if (!text) return refuse(HttpStatus::bad_request, R"(This takes {"text": "WORDS"}.)");
  const auto presentable = presentable_words(*text, observed_.settings.limits.text_bytes_max);
  if (!presentable) return refuse(HttpStatus::bad_request, "These words are too long, or cannot be shown.");

  if (!exchange.memory) exchange.memory = std::make_shared<std::size_t>(0);
  const bool is_told =
      tell_gateways(observed_, *static_cast<std::size_t*>(exchange.memory.get()),
                    [words = *presentable](net::Gateway& gateway) { gateway.announce(words); });
  if (!is_told) return HttpVerdict::later();
  log_action(exchange, "says to all: {}", *presentable);
  return respond_done();
}

HttpVerdict OperatorApi::sanction(HttpExchange& exchange) const {
  struct Progress {
    Sanction sanction;
    std::size_t next = 0;
  };
  if (!exchange.memory) {
    const AskedFor asked(exchange.request.body);
    const auto kind = asked.text("kind");
    const auto name = asked.text("name");
    const auto minutes = asked.number("minutes");
    if (!kind || (*kind != "mute" && *kind != "ban") || !name || !minutes || *minutes == 0 ||
        *minutes > sanction_minutes_max)
      return refuse(HttpStatus::bad_request,
                    R"(This takes {"kind": "mute" or "ban", "name": "NAME", "minutes": 1 to 525600}, )"
                    R"(and perhaps "reason" and "address".)");
    auto normal = presentable_name(*name, observed_.settings.limits.name_bytes_max);
    if (!normal) return refuse(HttpStatus::bad_request, "No player can have this name.");
    auto reason = reason_in(asked);
    if (!reason) return refuse_reason();

    Sanction sanction;
    sanction.kind = *kind == "ban" ? Sanction::Kind::ban : Sanction::Kind::mute;
    sanction.name = std::move(*normal);
    sanction.reason = std::move(*reason);
    if (const auto address = asked.text("address")) {
      const auto ip = parse_ip(*address);
      if (!ip) return refuse(HttpStatus::bad_request, "This is no address.");
      sanction.address = io::address_of(unmapped(*ip), 0);
      if (sanction.address->is_loopback())
        return refuse(HttpStatus::bad_request,
                      "This is the address of the server's own machine: everybody behind a proxy that is not "
                      "in trusted_proxies has it.");
    }
    const auto length = std::chrono::minutes(*minutes);
    sanction.until = steady_now() + length;
    sanction.until_ms = to_ms((std::chrono::system_clock::now() + length).time_since_epoch());
    const auto id = observed_.sanctions.add(sanction, steady_now());
    if (!id)
      return refuse(HttpStatus::too_many_requests, "sanctions_max is reached: lift one that is not needed.");
    sanction.id = *id;
    log_action(exchange, "{}s {}", name_of(sanction.kind), text_for_log(sanction));
    exchange.memory = std::make_shared<Progress>(Progress{std::move(sanction)});
  }
  // From here on it holds. Those who are here already hear of it from their workers.
  auto& progress = *static_cast<Progress*>(exchange.memory.get());
  const bool is_told =
      tell_gateways(observed_, progress.next,
                    [sanction = progress.sanction](net::Gateway& gateway) { gateway.carry_out(sanction); });
  return is_told ? respond_done() : HttpVerdict::later();
}

HttpVerdict OperatorApi::lift(HttpExchange& exchange) const {
  const std::optional<std::string> text = AskedFor(exchange.request.body).text("id");
  const std::optional<std::uint64_t> id = text ? number_in<std::uint64_t>(*text) : std::nullopt;
  if (!id) return refuse(HttpStatus::bad_request, R"(This takes {"id": "NUMBER"}.)");
  const auto lifted = observed_.sanctions.lift(*id, steady_now());
  if (!lifted) return refuse(HttpStatus::not_found, "It has ended already.");
  log_action(exchange, "lifts the {} of {}", name_of(lifted->kind), text_for_log(*lifted));
  return respond_done();
}

HttpVerdict OperatorApi::restart(HttpExchange& exchange) const {
  const AskedFor asked(exchange.request.body);
  const auto seconds = asked.number("seconds");
  if (!seconds || *seconds < RestartPlan::seconds_min || *seconds > RestartPlan::seconds_max)
    return refuse(HttpStatus::bad_request, R"(This takes {"seconds": 5 to 86400}, and perhaps "reason".)");
  const auto reason = reason_in(asked);
  if (!reason) return refuse_reason();
  if (!observed_.restart.begin(steady_now(), std::chrono::seconds(*seconds), *reason))
    return refuse(HttpStatus::conflict, "A restart is planned already.");
  log_action(exchange, "restarts the server in {} s{}{}", *seconds, reason->empty() ? "" : ": ", *reason);
  return respond_done();
}

HttpVerdict OperatorApi::cancel_restart(HttpExchange& exchange) const {
  if (!observed_.restart.cancel()) return refuse(HttpStatus::conflict, "No restart is planned any more.");
  log_action(exchange, "cancels the restart");
  return respond_done();
}

}  // namespace madang::app

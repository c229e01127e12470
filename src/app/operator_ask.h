// What the calls of the operator's page have in common: asking the threads that know, and answering in JSON.
// Any thread.
#pragma once

#include <atomic>
#include <charconv>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/http_service.h"
#include "net/worker.h"
#include "net/zone_runner.h"

namespace madang::app {

using Json = nlohmann::ordered_json;

/// An answer that another thread fills in.
template <class T>
struct Asked final : net::PendingAnswer {
  std::atomic<bool> answered{false};
  T answer{};

  bool is_answered() const { return answered.load(std::memory_order_acquire); }
  void set_answered() { answered.store(true, std::memory_order_release); }
};

/// Runs `fill(zone, answer)` on the zone's thread. Null: too many questions wait; try again.
template <class T, class Fill>
std::shared_ptr<Asked<T>> ask_zone(net::ZoneRunner& runner, Fill fill) {
  auto asked = std::make_shared<Asked<T>>();
  const bool is_asked = runner.ask([asked, fill = std::move(fill)](const world::Zone& zone) mutable {
    fill(zone, asked->answer);
    asked->set_answered();
  });
  return is_asked ? asked : nullptr;
}

/// Runs `fill(answer)` on the worker's thread. Null: too many calls wait; try again.
template <class T, class Fill>
std::shared_ptr<Asked<T>> ask_worker(net::Worker& worker, Fill fill) {
  auto asked = std::make_shared<Asked<T>>();
  const bool is_asked = worker.call([asked, fill = std::move(fill)]() mutable {
    fill(asked->answer);
    asked->set_answered();
  });
  return is_asked ? asked : nullptr;
}

/// The answer that an exchange waits for, once it is there; else null. `start()` asks, as above.
template <class T, class Start>
T* await_answer(net::HttpExchange& exchange, Start start) {
  const auto asked = exchange.pending_as<Asked<T>>();
  if (!asked) {
    exchange.pending = start();
    return nullptr;
  }
  return asked->is_answered() ? &asked->answer : nullptr;
}

net::HttpVerdict respond_with(const Json& json);
net::HttpVerdict respond_done();

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// What a POST brings: a JSON object. A member that is missing, or of another kind, is none.
class AskedFor {
 public:
  explicit AskedFor(std::string_view body);
  std::optional<std::string> text(const char* name) const;
  /// A whole number that is not negative.
  std::optional<std::uint64_t> number(const char* name) const;

 private:
  Json json_;
};

/// A value behind the '?' as a browser means it: "%20" and '+' are a space. None: a "%" without two digits.
std::optional<std::string> decoded_query(std::string_view value);

/// An address without its port: "192.0.2.1", "2001:db8::1".
std::string ip_text_of(const io::Address& address);

}  // namespace madang::app

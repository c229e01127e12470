// Functions that the calls of the operator's page share: questions to other threads, and answers in JSON.
// Any thread.
#pragma once

#include <atomic>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "madang/net/http_service.h"
#include "madang/net/worker.h"
#include "madang/net/world_runners.h"

namespace madang::server {

using Json = nlohmann::ordered_json;

/// An answer that another thread writes.
template <class T>
struct Asked final : net::PendingAnswer {
  std::atomic<bool> answered{false};
  T answer{};

  bool is_answered() const { return answered.load(std::memory_order_acquire); }
  void set_answered() { answered.store(true, std::memory_order_release); }
};

/// Runs `fill(runner, answer)` on the runner's thread. Returns null if too many questions wait: try again
/// later.
template <class T, class Fill>
std::shared_ptr<Asked<T>> ask_runner(net::WorldRunner& runner, Fill fill) {
  auto asked = std::make_shared<Asked<T>>();
  const bool is_asked = runner.ask([asked, fill = std::move(fill)](const net::WorldRunner& itself) mutable {
    fill(itself, asked->answer);
    asked->set_answered();
  });
  return is_asked ? asked : nullptr;
}
/// Runs `fill(world, answer)` on the thread of the runner that has the world of this name. `world` is null if
/// there is no such world. Returns null if too many questions wait: try again later.
template <class T, class Fill>
std::shared_ptr<Asked<T>> ask_world(net::WorldRunners& runners, const std::string& name, Fill fill) {
  return ask_runner<T>(runners[runners.number_of(name)],
                       [name, fill = std::move(fill)](const net::WorldRunner& runner, T& answer) mutable {
                         fill(runner.find(name), answer);
                       });
}

/// Runs `fill(answer)` on the worker's thread. Returns null if too many calls wait: try again later.
template <class T, class Fill>
std::shared_ptr<Asked<T>> ask_worker(net::Worker& worker, Fill fill) {
  auto asked = std::make_shared<Asked<T>>();
  const bool is_asked = worker.call([asked, fill = std::move(fill)]() mutable {
    fill(asked->answer);
    asked->set_answered();
  });
  return is_asked ? asked : nullptr;
}

/// Returns the answer that an exchange waits for, or null until the answer is there. The first call calls
/// `start()`, which is ask_world() or ask_worker().
template <class T, class Start>
T* await_answer(net::HttpExchange& exchange, Start start) {
  const auto asked = exchange.pending_as<Asked<T>>();
  if (!asked) {
    exchange.pending = start();
    return nullptr;
  }
  return asked->is_answered() ? &asked->answer : nullptr;
}

/// Responds with a JSON body.
net::HttpVerdict respond_with(const Json& json);
/// Responds without a body: the action is done.
net::HttpVerdict respond_done();

/// Returns the number that `text` consists of, or none.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The body of a POST: a JSON object. A member that is missing, or has another type, is none. A body with any
/// other member than `members` has none at all, so that a misspelt name is noticed.
class RequestBody {
 public:
  RequestBody(std::string_view body, std::initializer_list<std::string_view> members);
  /// Returns whether there is such a member, of whatever type.
  bool has(const char* name) const;
  std::optional<std::string> text(const char* name) const;
  /// Returns a whole number that is not negative.
  std::optional<std::uint64_t> number(const char* name) const;
  /// Returns a member of whatever type; null if there is none.
  Json value(const char* name) const { return has(name) ? json_[name] : Json(); }

 private:
  Json json_;
};

/// Decodes a value of a query as a browser encodes it: "%20" and '+' are a space. Returns none if a "%" is
/// not followed by two hexadecimal digits.
std::optional<std::string> decoded_query(std::string_view value);

/// Returns an address without its port: "192.0.2.1", "2001:db8::1".
std::string ip_text_of(const io::Address& address);

}  // namespace madang::server

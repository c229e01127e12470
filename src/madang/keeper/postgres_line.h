// PostgresLine: the connection of a store to PostgreSQL, which is made again when it breaks. One thread at a
// time.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "madang/keeper/postgres_connection.h"
#include "madang/keeper/postgres_tables.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

class PostgresLine {
 public:
  PostgresLine(const std::string& address, const PostgresSettings& settings)
      : address_(address), settings_(settings) {}

  /// Connects for the first time, and makes the tables if they are not there.
  StoreResult<void> open();

  /// The functions that are called below use this connection.
  PostgresConnection& connection() { return *connection_; }
  /// Closes the connection. The next call makes another one.
  void close() { connection_.reset(); }

  /// Calls the function on a connection, and again on a new one when it breaks, until the time is over.
  template <class Function>
  std::invoke_result_t<Function> repeated(Function function);
  /// Runs a transaction that may be done twice, and again when another server was faster.
  template <class Function>
  std::invoke_result_t<Function> in_transaction(Function function);
  /// Sends COMMIT with what was sent before it.
  StoreResult<void> run_and_commit();
  void roll_back();
  /// Runs one statement outside of a commit.
  template <class... Values>
  StoreResult<PostgresRows> read(const PostgresStatement& statement, const Values&... values);
  /// Calls a function that only reads, in one transaction that sees one moment.
  StoreResult<void> at_one_moment(const std::function<StoreResult<void>()>& function);

 private:
  using Clock = std::chrono::steady_clock;
  /// How often a transaction is tried that meets other servers.
  static constexpr int transaction_attempts_max = 5;

  StoreResult<void> connect(bool is_first);

  std::string address_;
  PostgresSettings settings_;
  std::optional<PostgresConnection> connection_;  ///< nothing: the next call makes one
  bool is_at_one_moment_ = false;                 ///< in a transaction that only this connection has
};

template <class Function>
std::invoke_result_t<Function> PostgresLine::repeated(Function function) {
  using Result = std::invoke_result_t<Function>;
  std::optional<Clock::time_point> until;  // from the first failure on
  std::chrono::milliseconds pause{0};
  while (true) {
    // A new connection would see another moment.
    if (is_at_one_moment_ && !connection_)
      return std::unexpected(
          StoreError{StoreFault::unreachable, "the connection to PostgreSQL broke in a reading", {}});
    auto connected = connection_ ? StoreResult<void>() : connect(false);
    Result result = connected ? function() : Result(std::unexpected(std::move(connected.error())));
    if (result || result.error().fault != StoreFault::unreachable) return result;
    connection_.reset();
    if (!until) until = Clock::now() + std::chrono::milliseconds(settings_.reconnect_ms);
    if (is_at_one_moment_ || Clock::now() >= *until) return result;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2 + std::chrono::milliseconds(10), std::chrono::milliseconds(250));
  }
}

template <class Function>
std::invoke_result_t<Function> PostgresLine::in_transaction(Function function) {
  for (int attempt = 1;; ++attempt) {
    auto result = repeated([&] {
      auto once = function();
      if (!once && once.error().fault != StoreFault::unreachable) roll_back();
      return once;
    });
    if (result || result.error().fault != StoreFault::try_again || attempt == transaction_attempts_max)
      return result;
  }
}

template <class... Values>
StoreResult<PostgresRows> PostgresLine::read(const PostgresStatement& statement, const Values&... values) {
  return repeated([&]() -> StoreResult<PostgresRows> {
    connection_->send(statement, values...);
    auto answers = connection_->run();
    if (!answers) return std::unexpected(std::move(answers.error()));
    return std::move(answers->front());
  });
}

}  // namespace madang::keeper

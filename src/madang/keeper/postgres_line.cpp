#include "madang/keeper/postgres_line.h"

#include "madang/keeper/postgres_schema.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

StoreResult<void> PostgresLine::open() {
  const auto until = Clock::now() + std::chrono::milliseconds(settings_.reconnect_ms);
  while (true) {
    auto connected = connect(true);
    if (connected) return connected;
    StoreError& error = connected.error();
    const bool may_pass = error.fault == StoreFault::unreachable || error.fault == StoreFault::try_again;
    // A server that takes connections, but not ours, does not change its mind.
    const bool goes_on =
        may_pass && Clock::now() < until && !PostgresConnection::answers(address_, settings_);
    if (goes_on || (error.fault == StoreFault::try_again && Clock::now() < until)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    if (may_pass || error.fault == StoreFault::io_failed) error.fault = StoreFault::cannot_open;
    return connected;
  }
}

StoreResult<void> PostgresLine::connect(bool is_first) {
  auto made = PostgresConnection::connect(address_, settings_);
  if (!made) return std::unexpected(std::move(made.error()));
  if (is_first) MADANG_TRY(make_or_check(*made, settings_.must_exist));
  MADANG_TRY(made->prepare());
  connection_ = std::move(*made);
  return {};
}

StoreResult<void> PostgresLine::run_and_commit() {
  connection_->send(sql::commit);
  auto answers = connection_->run();
  if (!answers) return std::unexpected(std::move(answers.error()));
  if (answers->back().done() != "COMMIT")  // a transaction that has failed answers ROLLBACK
    return connection_->error(StoreFault::try_again, "the transaction was rolled back");
  return {};
}

void PostgresLine::roll_back() {
  if (!connection_) return;
  connection_->send(sql::roll_back);
  if (!connection_->run()) connection_.reset();  // which rolls back, too
}

StoreResult<void> PostgresLine::at_one_moment(const std::function<StoreResult<void>()>& function) {
  MADANG_TRY(read(sql::begin_reading));
  is_at_one_moment_ = true;
  auto result = function();
  is_at_one_moment_ = false;
  roll_back();
  return result;
}

}  // namespace madang::keeper

#include "madang/keeper/postgres_connection.h"

#include <fmt/core.h>
#include <poll.h>

#include <algorithm>
#include <span>
#include <utility>

#include "madang/keeper/postgres_account_statements.h"
#include "madang/keeper/postgres_tables.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

/// The parameters of a connection. What stands in the address comes last, so it counts. "primary": a standby
/// server cannot be written to.
struct ConnectionOptions {
  explicit ConnectionOptions(const std::string& address, const PostgresSettings& settings)
      : timeout_ms(fmt::format("{}", settings.answer_ms)),
        timeout_s(fmt::format("{}", std::max(2u, (settings.connect_ms + 999) / 1000))) {
    const std::pair<const char*, const char*> all[] = {
        {"fallback_application_name", "madang"},
        {"target_session_attrs", "primary"},
        {"keepalives", "1"},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "2"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", timeout_ms.c_str()},
        {"connect_timeout", timeout_s.c_str()},
        {"dbname", address.c_str()},
        {nullptr, nullptr},
    };
    for (const auto& [name, value] : all) {
      names.push_back(name);
      values.push_back(value);
    }
  }
  ConnectionOptions(const ConnectionOptions&) = delete;
  ConnectionOptions& operator=(const ConnectionOptions&) = delete;

  std::string timeout_ms, timeout_s;
  std::vector<const char*> names, values;
};

/// Returns the first line.
std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

StoreFault fault_of(std::string_view code) {
  // Class 08: the connection. 57P: somebody has ended it, or the server stops or starts. 25P03: it was idle
  // in a transaction. 53300: no connection is free. Errors of the connection itself have no code.
  if (code.empty() || code.starts_with("08") || code.starts_with("57P") || code == "25P03" || code == "53300")
    return StoreFault::unreachable;
  // Class 40: deadlocks and the like. 23505: another server has made the same row. 55P03: it has locked it
  // for too long. 57014: the statement took too long. Class 53: no memory.
  if (code == "53100") return StoreFault::disk_full;
  if (code.starts_with("40") || code == "23505" || code == "55P03" || code == "57014" ||
      code.starts_with("53"))
    return StoreFault::try_again;
  if (code == "25006") return StoreFault::read_only;
  if (code.starts_with("XX001") || code.starts_with("XX002")) return StoreFault::damaged;
  return StoreFault::io_failed;
}

}  // namespace

std::int64_t PostgresRows::number(int row, int column) const {
  std::uint64_t value = 0;
  const Bytes all = bytes(row, column);
  for (const std::byte byte : all) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return all.size() == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
}

Bytes PostgresRows::bytes(int row, int column) const {
  return {reinterpret_cast<const std::byte*>(PQgetvalue(result_.get(), row, column)),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

PostgresConnection::PostgresConnection(PGconn* connection, std::uint32_t answer_ms)
    : connection_(connection), answer_ms_(answer_ms) {}

StoreResult<PostgresConnection> PostgresConnection::connect(const std::string& address,
                                                            const PostgresSettings& settings) {
  // libpq's own message would show the address, and there may be a password in it.
  PQconninfoOption* parsed = PQconninfoParse(address.c_str(), nullptr);
  PQconninfoFree(parsed);
  if (parsed == nullptr)
    return std::unexpected(StoreError{
        StoreFault::cannot_open,
        "the address of the PostgreSQL database is not one like postgres://user@host:port/database",
        {}});
  const ConnectionOptions options(address, settings);
  PostgresConnection made(PQconnectStartParams(options.names.data(), options.values.data(), 1),
                          settings.answer_ms);
  PGconn* connection = made.connection_.get();
  if (connection == nullptr)
    return std::unexpected(StoreError{StoreFault::cannot_open, "no memory for a connection", {}});
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
  const auto part = [](const char* text) { return text == nullptr ? "" : text; };
  made.where_ = fmt::format("PostgreSQL database {} on {}:{}", part(PQdb(connection)),
                            part(PQhost(connection)), part(PQport(connection)));
  MADANG_TRY(made.finish_connecting(Clock::now() + std::chrono::milliseconds(settings.connect_ms)));
  MADANG_TRY(made.set_up(settings));
  return made;
}

bool PostgresConnection::answers(const std::string& address, const PostgresSettings& settings) {
  const ConnectionOptions options(address, settings);
  return PQpingParams(options.names.data(), options.values.data(), 1) == PQPING_OK;
}

StoreResult<void> PostgresConnection::finish_connecting(Clock::time_point until) {
  // libpq says: first wait as if it had asked for writing.
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (PQstatus(connection_.get()) == CONNECTION_BAD || next == PGRES_POLLING_FAILED)
      return broken(first_line(PQerrorMessage(connection_.get())));
    if (!wait(next == PGRES_POLLING_READING ? Wait::reading : Wait::writing, until))
      return broken("it did not answer in time when connecting");
    next = PQconnectPoll(connection_.get());
  }
  if (PQsetnonblocking(connection_.get(), 1) != 0 || PQenterPipelineMode(connection_.get()) != 1)
    return broken(first_line(PQerrorMessage(connection_.get())));
  return {};
}

StoreResult<void> PostgresConnection::set_up(const PostgresSettings& settings) {
  if (const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
      encoding == nullptr || std::string_view(encoding) != "UTF8")
    return error(StoreFault::cannot_open, "its encoding must be UTF8");
  const auto text = [](std::uint32_t ms) { return fmt::format("{}", ms); };
  // The server's own defaults do not count: a commit is on the disk when it is answered. Each statement finds
  // its rows by the primary key, also while the server has no statistics of a new table, and a page of rows
  // is read in the order of the key.
  send_once(
      "SELECT set_config(name, value, false) FROM (VALUES ('synchronous_commit', 'on'), "
      "('client_encoding', 'UTF8'), ('default_transaction_isolation', 'read committed'), "
      "('default_transaction_read_only', 'off'), ('statement_timeout', $1::text), "
      "('lock_timeout', $2::text), ('idle_in_transaction_session_timeout', $3::text), "
      "('plan_cache_mode', 'force_generic_plan'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'), "
      "('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'), ('jit', 'off'), "
      // A machine that died in the middle of a commit holds its rows until the server notices.
      "('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'), "
      "('tcp_user_timeout', $1::text)) AS settings(name, value)",
      std::string_view(text(settings.answer_ms)), std::string_view(text(settings.lock_ms)),
      std::string_view(text(settings.idle_ms)));
  MADANG_TRY(run());
  return {};
}

StoreResult<void> PostgresConnection::prepare() {
  const auto prepare_all = [&](std::span<const PostgresStatement> all) {
    for (const PostgresStatement& statement : all)
      was_sent_ &= PQsendPrepare(connection_.get(), statement.name, statement.sql, 0, nullptr) == 1;
  };
  prepare_all(sql::all);
  prepare_all(sql::all_of_accounts);
  send(sql::version);
  auto answers = run();
  if (!answers) return std::unexpected(std::move(answers.error()));
  const PostgresRows& version = answers->back();
  if (version.size() != 1 || version.number(0, 0) != postgres_schema_version)
    return error(StoreFault::newer_version, "another version of Madang has changed its tables meanwhile");
  return {};
}

void PostgresConnection::send_bytes(const char* statement, bool is_prepared,
                                    const std::vector<std::string>& values) {
  std::vector<const char*> data;
  std::vector<int> lengths;
  const std::vector<int> formats(values.size(), 1);  // 1: binary
  for (const std::string& value : values) {
    data.push_back(value.data());
    lengths.push_back(static_cast<int>(value.size()));
  }
  const int count = static_cast<int>(values.size());
  was_sent_ &= 1 == (is_prepared ? PQsendQueryPrepared(connection_.get(), statement, count, data.data(),
                                                       lengths.data(), formats.data(), 1)
                                 : PQsendQueryParams(connection_.get(), statement, count, nullptr,
                                                     data.data(), lengths.data(), formats.data(), 1));
}

StoreResult<std::vector<PostgresRows>> PostgresConnection::run() {
  if (!was_sent_ || PQpipelineSync(connection_.get()) != 1)
    return broken(first_line(PQerrorMessage(connection_.get())));
  const auto until = Clock::now() + std::chrono::milliseconds(answer_ms_);
  std::vector<PostgresRows> all;
  std::optional<StoreError> failed;
  while (true) {
    if (!wait_for_answer(until)) {
      if (PQstatus(connection_.get()) == CONNECTION_BAD)
        return broken(first_line(PQerrorMessage(connection_.get())));
      return broken("it did not answer in time");
    }
    PGresult* result = PQgetResult(connection_.get());
    if (result == nullptr) {  // the end of a statement's answer
      if (PQstatus(connection_.get()) == CONNECTION_BAD) return broken("the connection broke");
      continue;
    }
    PostgresRows rows(result);
    switch (PQresultStatus(result)) {
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK: all.push_back(std::move(rows)); break;
      case PGRES_PIPELINE_ABORTED: break;  // it stands behind one that failed
      case PGRES_PIPELINE_SYNC:
        if (failed) return std::unexpected(std::move(*failed));
        return all;
      default:
        if (!failed) failed = error_of(result);
        if (failed->fault == StoreFault::unreachable || PQstatus(connection_.get()) == CONNECTION_BAD) {
          failed->fault = StoreFault::unreachable;
          connection_.reset();
          return std::unexpected(std::move(*failed));
        }
    }
  }
}

bool PostgresConnection::wait_for_answer(Clock::time_point until) {
  while (true) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) return false;
    if (unsent == 0 && PQisBusy(connection_.get()) == 0) return true;
    if (!wait(unsent > 0 ? Wait::both : Wait::reading, until)) return false;
    if (PQconsumeInput(connection_.get()) != 1) return false;
  }
}

bool PostgresConnection::wait(Wait what, Clock::time_point until) {
  const short events = what == Wait::reading ? POLLIN : what == Wait::writing ? POLLOUT : POLLIN | POLLOUT;
  pollfd socket{PQsocket(connection_.get()), events, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    if (poll(&socket, 1, static_cast<int>(left)) > 0) return true;
  }
}

std::unexpected<StoreError> PostgresConnection::error(StoreFault fault, std::string_view text) const {
  return std::unexpected(StoreError{fault, fmt::format("{}: {}", where_, text), {}});
}

StoreError PostgresConnection::error_of(const PGresult* result) const {
  const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (code == nullptr || message == nullptr)
    return {
        StoreFault::unreachable, fmt::format("{}: {}", where_, first_line(PQresultErrorMessage(result))), {}};
  return {fault_of(code), fmt::format("{}: {} ({})", where_, first_line(message), code), {}};
}

std::unexpected<StoreError> PostgresConnection::broken(std::string_view text) {
  auto result = error(StoreFault::unreachable, text);  // before the text goes with the connection
  connection_.reset();
  return result;
}

}  // namespace madang::keeper

// PostgresConnection, PostgresRows: a connection to PostgreSQL by libpq, and what a statement has answered.
//
// Statements are sent in groups. `send` only puts a statement into the group, and `run` sends the group and
// returns all answers after one round trip (libpq's pipeline mode). When a statement fails, the server does
// none of those behind it.
//
// Each wait has a limit. After unreachable the connection is closed, and no call but the destructor is made.
// One thread at a time.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "madang/keeper/postgres_parameters.h"
#include "madang/keeper/postgres_statements.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

struct PostgresSettings;

/// The rows of one statement. Views are valid as long as the rows are.
class PostgresRows {
 public:
  explicit PostgresRows(PGresult* result) : result_(result) {}

  int size() const { return PQntuples(result_.get()); }
  std::int64_t number(int row, int column) const;
  std::uint64_t unsigned_number(int row, int column) const {
    return static_cast<std::uint64_t>(number(row, column));
  }
  Bytes bytes(int row, int column) const;
  std::string_view text(int row, int column) const { return as_text(bytes(row, column)); }
  /// Returns what the server says that it did: "COMMIT", "UPDATE 3".
  std::string_view done() const { return PQcmdStatus(result_.get()); }

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

class PostgresConnection {
 public:
  /// Connects, and sets up the session: its time limits, and that a commit waits for the disk.
  static StoreResult<PostgresConnection> connect(const std::string& address,
                                                 const PostgresSettings& settings);
  /// Returns whether a server at this address accepts connections, perhaps not ours.
  static bool answers(const std::string& address, const PostgresSettings& settings);

  /// Prepares all statements. Precondition: the schema is there.
  StoreResult<void> prepare();

  /// Adds a prepared statement with its parameters to the group.
  template <class... Values>
  void send(const PostgresStatement& statement, const Values&... values) {
    send_bytes(statement.name, true, {std::string(parameter(values))...});
  }
  /// Adds a statement that is not prepared.
  template <class... Values>
  void send_once(const char* sql, const Values&... values) {
    send_bytes(sql, false, {std::string(parameter(values))...});
  }
  /// Sends the group. Returns the answer of each statement, or the first error.
  StoreResult<std::vector<PostgresRows>> run();

  /// Returns an error with the name of the database in its text.
  std::unexpected<StoreError> error(StoreFault fault, std::string_view text) const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Wait : std::uint8_t { reading, writing, both };

  PostgresConnection(PGconn* connection, std::uint32_t answer_ms);

  void send_bytes(const char* statement, bool is_prepared, const std::vector<std::string>& values);
  StoreResult<void> finish_connecting(Clock::time_point until);
  StoreResult<void> set_up(const PostgresSettings& settings);
  /// Returns whether the connection is ready before the time is over.
  bool wait(Wait what, Clock::time_point until);
  /// Sends what is not sent yet, and waits for the next answer.
  bool wait_for_answer(Clock::time_point until);
  StoreError error_of(const PGresult* result) const;
  /// Closes the connection.
  std::unexpected<StoreError> broken(std::string_view text);

  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Finish> connection_;
  std::string where_;
  std::uint32_t answer_ms_ = 0;
  bool was_sent_ = true;  ///< false: libpq could not take a statement of the group
};

}  // namespace madang::keeper

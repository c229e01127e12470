#include "store/student.h"

#include <fmt/core.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <cstdlib>

namespace madang::bench {

namespace {

[[noreturn]] void fail(const char* text) {
  fmt::print(stderr, "student: {}\n", text);
  std::exit(1);
}

class SqliteStudent final : public Student {
 public:
  SqliteStudent(const std::string& path, std::uint32_t players) {
    check(sqlite3_open(path.c_str(), &database_));
    run("CREATE TABLE players(id INTEGER PRIMARY KEY, x INTEGER, y INTEGER); BEGIN");
    for (std::uint32_t i = 0; i < players; ++i)
      run(fmt::format("INSERT INTO players VALUES({}, 0, 0)", i).c_str());
    run("COMMIT");
    check(sqlite3_prepare_v2(database_, "UPDATE players SET x = ?2, y = ?3 WHERE id = ?1", -1, &update_,
                             nullptr));
  }
  ~SqliteStudent() override {
    sqlite3_finalize(update_);
    sqlite3_close(database_);
  }
  void move(std::uint32_t player, std::int32_t x, std::int32_t y) override {
    sqlite3_reset(update_);
    sqlite3_bind_int64(update_, 1, player);
    sqlite3_bind_int(update_, 2, x);
    sqlite3_bind_int(update_, 3, y);
    if (sqlite3_step(update_) != SQLITE_DONE) fail(sqlite3_errmsg(database_));
  }

 private:
  void check(int code) {
    if (code != SQLITE_OK) fail(sqlite3_errmsg(database_));
  }
  void run(const char* sql) { check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr)); }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
};

class PostgresStudent final : public Student {
 public:
  PostgresStudent(const std::string& address, std::uint32_t players)
      : connection_(PQconnectdb(address.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) fail(PQerrorMessage(connection_));
    run("CREATE TABLE players(id bigint PRIMARY KEY, x int, y int)");
    run(fmt::format("INSERT INTO players SELECT id, 0, 0 FROM generate_series(0, {}) AS id", players - 1)
            .c_str());
  }
  ~PostgresStudent() override { PQfinish(connection_); }
  void move(std::uint32_t player, std::int32_t x, std::int32_t y) override {
    const std::string texts[] = {std::to_string(player), std::to_string(x), std::to_string(y)};
    const char* values[] = {texts[0].c_str(), texts[1].c_str(), texts[2].c_str()};
    finish(PQexecParams(connection_, "UPDATE players SET x = $2, y = $3 WHERE id = $1", 3, nullptr, values,
                        nullptr, nullptr, 0));
  }

 private:
  void run(const char* sql) { finish(PQexec(connection_, sql)); }
  void finish(PGresult* result) {
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(connection_));
    PQclear(result);
  }

  PGconn* connection_;
};

}  // namespace

std::unique_ptr<Student> make_student(const std::string& where, std::uint32_t players) {
  if (where.starts_with("postgres://")) return std::make_unique<PostgresStudent>(where, players);
  return std::make_unique<SqliteStudent>(where, players);
}

}  // namespace madang::bench

// A PostgreSQL server of the tests' own, in a folder of its own. It never touches the system's server.
//
// It starts at the first use and is removed at the end of the program, also when the program is killed. Its
// only way in is a Unix socket in its folder. PostgreSQL refuses to run as root, so root runs it as another
// user. Its defaults are unsafe on purpose (synchronous_commit = off): a store must not depend on them.
#pragma once

#include <libpq-fe.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace madang::keeper {

class PostgresServer {
 public:
  /// Returns whether Debian's package is installed.
  static bool is_installed();
  /// Returns the server of this program. Precondition: the package is installed (CHECK).
  static PostgresServer& shared();

  PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  /// Returns the folder of the Unix socket. Its file is ".s.PGSQL.5432".
  const std::string& folder() const { return folder_; }
  std::string address(std::string_view database) const { return address_in(folder_, database); }
  static std::string address_in(std::string_view folder, std::string_view database);

  /// Kills all of its processes at once (SIGKILL).
  void kill();
  void start();
  /// Returns how often its log has this text.
  std::size_t count_in_log(std::string_view text) const;

 private:
  /// Starts a program as the user that owns the folder, with its output in the log.
  pid_t run(const std::vector<std::string>& command) const;

  std::string folder_;
  std::string program_folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  pid_t server_ = 0;
  pid_t watcher_ = 0;
  int watcher_pipe_ = -1;
};

/// A database of the tests' server that is empty at first. It is used again after its end.
class PostgresDatabase {
 public:
  /// Making tables takes some time, so the tables of an earlier test may still be there, without rows.
  enum class Tables : bool { perhaps, none };

  explicit PostgresDatabase(Tables tables = Tables::perhaps);
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;
  ~PostgresDatabase();

  const std::string& name() const { return name_; }
  std::string address() const { return PostgresServer::shared().address(name_); }
  /// Runs SQL on a connection of its own. Returns the first column of the first row, or "".
  std::string run(const std::string& sql) const { return run_on(name_, sql); }
  static std::string run_on(std::string_view database, const std::string& sql);

 private:
  std::string name_;
};

}  // namespace madang::keeper

#ifdef MADANG_WITH_POSTGRES
#include "unit/keeper/postgres_server.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "madang/base/check.h"

namespace madang::keeper {

namespace {

std::string newest_program_folder() {
  std::string newest;
  std::error_code ignored;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored))
    if (const auto folder = version.path() / "bin"; exists(folder / "postgres") && folder.string() > newest)
      newest = folder.string();
  return newest;
}

/// Starts a program. Precondition: no other thread matters to the child, because it only calls exec.
pid_t started(const std::vector<std::string>& command, uid_t user, gid_t group, int input,
              const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  setsid();  // a signal to all processes of the tests does not reach it
  if (getuid() == 0 && user != 0 && (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0))
    _exit(126);
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(input >= 0 ? input : open("/dev/null", O_RDONLY), 0);
  dup2(output, 1);
  dup2(output, 2);
  execv(arguments[0], arguments.data());
  _exit(127);
}

int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

std::vector<std::string>& databases_to_use_again() {
  static std::vector<std::string> names;
  return names;
}

}  // namespace

bool PostgresServer::is_installed() { return !newest_program_folder().empty(); }

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

std::string PostgresServer::address_in(std::string_view folder, std::string_view database) {
  return fmt::format("postgres://madang@/{}?host={}&port=5432", database, folder);
}

PostgresServer::PostgresServer() : program_folder_(newest_program_folder()) {
  MADANG_CHECK(!program_folder_.empty(), "PostgreSQL is not installed");
  databases_to_use_again();  // so that it ends after this
  char folder[] = "/tmp/madang-postgres-XXXXXX";
  MADANG_CHECK(mkdtemp(folder) != nullptr, "mkdtemp: {}", errno);
  folder_ = folder;
  user_ = getuid();
  group_ = getgid();
  if (user_ == 0) {
    const passwd* other = getpwnam("postgres");
    if (other == nullptr) other = getpwnam("nobody");
    MADANG_CHECK(other != nullptr, "there is no user to run PostgreSQL as");
    user_ = other->pw_uid;
    group_ = other->pw_gid;
    MADANG_CHECK(chown(folder, user_, group_) == 0, "chown: {}", errno);
  }
  // The watcher removes all when this program has ended, in whatever way: then its pipe is closed.
  int ends[2];
  MADANG_CHECK(pipe2(ends, O_CLOEXEC) == 0, "pipe: {}", errno);
  watcher_pipe_ = ends[1];
  watcher_ =
      started({"/bin/sh", "-c",
               "cat >/dev/null; cd /; p=$(head -n 1 \"$1/data/postmaster.pid\" 2>/dev/null); "
               "[ -n \"$p\" ] && kill -QUIT \"$p\" && "
               "for i in 1 2 3 4 5 6 7 8 9; do kill -0 \"$p\" || break; sleep 0.2; done; rm -rf \"$1\"",
               "watcher", folder_},
              0, 0, ends[0], "/dev/null");
  close(ends[0]);
  const int made = status_of(run({program_folder_ + "/initdb", "-D", folder_ + "/data", "-U", "madang", "-A",
                                  "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"}));
  MADANG_CHECK(made == 0, "initdb failed: see {}/log", folder_);
  std::ofstream(folder_ + "/data/postgresql.auto.conf", std::ios::app)
      << "listen_addresses = ''\nunix_socket_directories = '" << folder_
      << "'\nfsync = on\nsynchronous_commit = off\nwal_writer_delay = 10s\nwal_writer_flush_after = 0\n"
      << "shared_buffers = 16MB\nmax_connections = 50\nlog_line_prefix = '%p '\ndeadlock_timeout = 100ms\n";
  start();
}

PostgresServer::~PostgresServer() {
  if (server_ != 0) {
    ::kill(server_, SIGQUIT);
    status_of(server_);
  }
  close(watcher_pipe_);
  status_of(watcher_);
}

pid_t PostgresServer::run(const std::vector<std::string>& command) const {
  return started(command, user_, group_, -1, folder_ + "/log");
}

void PostgresServer::start() {
  server_ = run({program_folder_ + "/postgres", "-D", folder_ + "/data"});
  const std::string address = address_in(folder_, "postgres");
  for (int i = 0; PQping(address.c_str()) != PQPING_OK; ++i) {
    MADANG_CHECK(i < 3'000 && waitpid(server_, nullptr, WNOHANG) == 0,
                 "PostgreSQL does not start: see {}/log", folder_);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void PostgresServer::kill() {
  const auto parent_of = [](const std::filesystem::path& process) {
    std::ifstream file(process / "stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto end = text.rfind(") ");  // behind the name
    return end == std::string::npos ? 0 : std::atoi(text.c_str() + end + 4);
  };
  // A stopped parent starts no new process meanwhile.
  ::kill(server_, SIGSTOP);
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    const pid_t id = std::atoi(process.path().filename().c_str());
    if (id > 0 && parent_of(process.path()) == server_) ::kill(id, SIGKILL);
  }
  ::kill(server_, SIGKILL);
  status_of(server_);
  server_ = 0;
}

std::size_t PostgresServer::count_in_log(std::string_view text) const {
  std::ifstream file(folder_ + "/log");
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) count += line.find(text) != std::string::npos;
  return count;
}

PostgresDatabase::PostgresDatabase(Tables tables) {
  static int number = 0;
  auto& free = databases_to_use_again();
  if (free.empty()) {
    name_ = fmt::format("test{}", ++number);
    run_on("postgres", "CREATE DATABASE " + name_);
    return;
  }
  name_ = free.back();
  free.pop_back();
  if (tables == Tables::none || run("SELECT to_regclass('madang.journal')").empty()) {
    run("DROP SCHEMA IF EXISTS madang CASCADE");
  } else {
    run("DELETE FROM madang.journal; DELETE FROM madang.things; DELETE FROM madang.holdings; "
        "DELETE FROM madang.characters; DELETE FROM madang.worlds; DELETE FROM madang.kinds; "
        "DELETE FROM madang.accounts; DELETE FROM madang.account_keys; DELETE FROM madang.account_tokens; "
        "DELETE FROM madang.sanctions; UPDATE madang.looks SET version = 0; "
        "UPDATE madang.numbers SET next = 1; UPDATE madang.store SET version = 2");
  }
}

PostgresDatabase::~PostgresDatabase() { databases_to_use_again().push_back(name_); }

std::string PostgresDatabase::run_on(std::string_view database, const std::string& sql) {
  const std::unique_ptr<PGconn, FinishConnection> connection(
      PQconnectdb(PostgresServer::shared().address(database).c_str()));
  PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
  PGresult* result = PQexec(connection.get(), sql.c_str());
  const auto status = PQresultStatus(result);
  MADANG_CHECK(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "{}: {}", sql,
               PQerrorMessage(connection.get()));
  std::string value = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
  PQclear(result);
  return value;
}

}  // namespace madang::keeper
#endif

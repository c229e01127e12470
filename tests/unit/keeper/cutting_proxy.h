// CuttingProxy: stands between libpq and PostgreSQL, and cuts the line after a number of bytes.
//
// It has a thread and a Unix socket of its own. Its calls may come from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "unit/temporary_file.h"

namespace madang::keeper {

class CuttingProxy {
 public:
  enum class Way : std::uint8_t { to_server, to_client };
  struct Cut {
    Way way;
    std::size_t bytes;  ///< that still pass, counted from now or from the cut before
  };

  /// `server_folder` is the folder of the server's Unix socket.
  explicit CuttingProxy(const std::string& server_folder);
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  ~CuttingProxy();

  std::string address(std::string_view database) const;

  /// Cuts lines, one cut after the other. Forgets what earlier calls have planned.
  void cut(std::deque<Cut> cuts);
  /// Returns how many cuts have not happened.
  std::size_t cuts_left();
  /// While it is true, all lines are cut, and new ones too.
  void refuse(bool is_refusing);
  /// While it is true, nothing passes, and no line is closed.
  void freeze(bool is_frozen);

 private:
  struct Line {
    int client = -1;
    int server = -1;
  };

  void run();
  void accept();
  /// Returns whether the line goes on.
  bool pass(int from, int to, Way way);
  void wake();
  static void close_line(const Line& line);

  TemporaryFile socket_{".s.PGSQL.5432"};
  std::string server_path_;
  int listener_ = -1;
  int wake_[2];

  std::mutex mutex_;  // of all below
  std::list<Line> lines_;
  std::deque<Cut> cuts_;
  bool is_refusing_ = false, is_frozen_ = false, ends_ = false;

  std::thread thread_;
};

}  // namespace madang::keeper

#include "stop_signal.h"

#include <atomic>
#include <csignal>

#ifdef _WIN32
#include <windows.h>
#endif

namespace madang::lecture {

namespace {

// The flag is global, because a signal handler has no other way to reach it.
std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

#ifdef _WIN32

/// Windows calls this function on a thread of its own. FALSE asks Windows for its default action.
BOOL WINAPI on_console_event(DWORD event) {
  if (stop.exchange(true)) return FALSE;
  // When the window is closed, Windows ends the process as soon as this function returns. So main needs time.
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) Sleep(5000);
  return TRUE;
}

#else

void on_signal(int signal) {
  stop.store(true);
  std::signal(signal, SIG_DFL);
}

#endif

}  // namespace

void watch_for_stop() {
#ifdef _WIN32
  SetConsoleCtrlHandler(on_console_event, TRUE);
#else
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
#endif
}

bool stop_requested() { return stop.load(); }

}  // namespace madang::lecture

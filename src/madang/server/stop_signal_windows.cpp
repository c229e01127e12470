#include <windows.h>

#include "madang/server/stop_signal.h"

namespace madang::server {

namespace {

// Windows calls the handler on a thread of its own, and without a pointer to the StopSignal. So this
// semaphore is global. It counts the stop signals.
HANDLE asked_semaphore() {
  static const HANDLE semaphore = CreateSemaphoreW(nullptr, 0, 1'000, nullptr);
  return semaphore;
}

BOOL WINAPI on_console_control(DWORD kind) {
  ReleaseSemaphore(asked_semaphore(), 1, nullptr);
  // When the console is closed, Windows ends the process as soon as this function returns. So it waits until
  // main has ended the process.
  if (kind != CTRL_C_EVENT && kind != CTRL_BREAK_EVENT) Sleep(10'000);
  return TRUE;
}

}  // namespace

StopSignal::StopSignal() {
  asked_semaphore();
  SetConsoleCtrlHandler(on_console_control, TRUE);
}

StopSignal::~StopSignal() {
  if (!was_asked_) SetConsoleCtrlHandler(on_console_control, FALSE);
}

bool StopSignal::wait(Duration max_wait) {
  const bool is_asked =
      WaitForSingleObject(asked_semaphore(), static_cast<DWORD>(to_ms(max_wait))) == WAIT_OBJECT_0;
  was_asked_ = was_asked_ || is_asked;
  return is_asked;
}

}  // namespace madang::server

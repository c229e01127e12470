#include <windows.h>

#include "app/stop_signal.h"

namespace madang::app {

namespace {

// Windows calls the handler on a thread of its own, with no word about whom it is for.
// Counts how often somebody asked.
HANDLE asked_semaphore() {
  static const HANDLE semaphore = CreateSemaphoreW(nullptr, 0, 1'000, nullptr);
  return semaphore;
}

BOOL WINAPI on_console_control(DWORD kind) {
  ReleaseSemaphore(asked_semaphore(), 1, nullptr);
  // Windows ends the process as soon as this returns when the console is being closed: give main the time to
  // do it.
  if (kind != CTRL_C_EVENT && kind != CTRL_BREAK_EVENT) Sleep(10'000);
  return TRUE;
}

}  // namespace

StopSignal::StopSignal() {
  asked_semaphore();
  SetConsoleCtrlHandler(on_console_control, TRUE);
}

StopSignal::~StopSignal() {
  if (!asked_) SetConsoleCtrlHandler(on_console_control, FALSE);
}

bool StopSignal::wait(Duration max_wait) {
  const bool asked =
      WaitForSingleObject(asked_semaphore(), static_cast<DWORD>(to_ms(max_wait))) == WAIT_OBJECT_0;
  asked_ = asked_ || asked;
  return asked;
}

}  // namespace madang::app

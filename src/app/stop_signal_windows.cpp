#include <windows.h>

#include "app/stop_signal.h"

namespace madang::app {

namespace {

// Windows calls the handler on a thread of its own, with no word about whom it is for.
HANDLE asked_event() {
  static const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  return event;
}

BOOL WINAPI on_console_control(DWORD kind) {
  SetEvent(asked_event());
  // Windows ends the process as soon as this returns when the console is being closed: give main the time to
  // do it.
  if (kind != CTRL_C_EVENT && kind != CTRL_BREAK_EVENT) Sleep(10'000);
  return TRUE;
}

}  // namespace

StopSignal::StopSignal() {
  ResetEvent(asked_event());
  SetConsoleCtrlHandler(on_console_control, TRUE);
}

StopSignal::~StopSignal() { SetConsoleCtrlHandler(on_console_control, FALSE); }

bool StopSignal::wait(Duration max_wait) {
  return WaitForSingleObject(asked_event(), static_cast<DWORD>(to_ms(max_wait))) == WAIT_OBJECT_0;
}

}  // namespace madang::app

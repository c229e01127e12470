// A program finds WSASend in its table of imported functions. This code exchanges that entry.
#include "contract/refused_sends.h"

#include <winsock2.h>

#include <windows.h>

#include <utility>

extern "C" decltype(&WSASend) __imp_WSASend;

namespace madang::contract {

namespace {

int WSAAPI refused_send(SOCKET, WSABUF*, DWORD, DWORD*, DWORD, OVERLAPPED*,
                        LPWSAOVERLAPPED_COMPLETION_ROUTINE) {
  ::WSASetLastError(WSAENOBUFS);
  return SOCKET_ERROR;
}

}  // namespace

void refuse_sends(bool refuse) {
  static const decltype(&WSASend) real_send = __imp_WSASend;
  DWORD protection = 0;
  ::VirtualProtect(&__imp_WSASend, sizeof __imp_WSASend, PAGE_READWRITE, &protection);
  __imp_WSASend = refuse ? &refused_send : real_send;
  ::VirtualProtect(&__imp_WSASend, sizeof __imp_WSASend, protection, &protection);
}

}  // namespace madang::contract

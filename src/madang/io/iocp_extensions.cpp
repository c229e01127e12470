#include "madang/io/iocp_extensions.h"

namespace madang::io {

namespace {

template <class Function>
bool load(SOCKET socket, GUID id, Function& function) {
  DWORD bytes = 0;
  return ::WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &function, sizeof function,
                    &bytes, nullptr, nullptr) == 0;
}

}  // namespace

Result<WinsockExtensions> load_winsock_extensions() {
  const Result<NativeSocket> any = make_socket(Address::Family::v4);
  if (!any) return std::unexpected(any.error());
  const auto socket = static_cast<SOCKET>(any->get());
  WinsockExtensions extensions;
  if (load(socket, WSAID_ACCEPTEX, extensions.accept_ex) &&
      load(socket, WSAID_CONNECTEX, extensions.connect_ex) &&
      load(socket, WSAID_GETACCEPTEXSOCKADDRS, extensions.accept_addresses))
    return extensions;
  return std::unexpected(last_socket_error("asking Winsock for AcceptEx and ConnectEx"));
}

}  // namespace madang::io

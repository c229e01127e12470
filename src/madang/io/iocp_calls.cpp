#include "madang/io/iocp_calls.h"

#include <cstring>
#include <utility>

namespace madang::io::iocp {

namespace {

/// Counts the operation as in flight, or returns the error of the call that should have started it. The
/// completion port also reports an operation that was done at once.
Error note_started(Entry& entry, Operation& operation, bool is_done, const char* doing) {
  if (!is_done && ::WSAGetLastError() != WSA_IO_PENDING) return last_socket_error(doing);
  operation.is_in_flight = true;
  ++entry.operations_in_flight;
  return {};
}

}  // namespace

Error start_accept(Entry& listener, AcceptOperation& accept, const WinsockExtensions& extensions) {
  Result<NativeSocket> made = make_socket(listener.listener->family);
  if (!made) return made.error();
  DWORD received = 0;
  const bool is_done =
      extensions.accept_ex(listener.handle(), static_cast<SOCKET>(made->get()), accept.addresses, 0,
                           accept_address_bytes, accept_address_bytes, &received, accept.cleared());
  const Error error = note_started(listener, accept, is_done, "accept");
  if (!error) accept.socket = std::move(*made);
  return error;
}

Error start_connect(Entry& entry, const Address& address, const WinsockExtensions& extensions) {
  // ConnectEx needs a bound socket.
  Address any;
  any.family = address.family;
  const RawAddress from = to_raw(any);
  if (::bind(entry.handle(), from.get(), from.size) != 0) return last_socket_error("bind");
  const RawAddress to = to_raw(address);
  entry.connect_operation = std::make_unique<Operation>(OperationKind::connect);
  const bool is_done = extensions.connect_ex(entry.handle(), to.get(), to.size, nullptr, 0, nullptr,
                                             entry.connect_operation->cleared());
  return note_started(entry, *entry.connect_operation, is_done, "connect");
}

Error start_receive(Entry& entry) {
  WSABUF nothing{};
  DWORD flags = 0;
  const int result =
      ::WSARecv(entry.handle(), &nothing, 1, nullptr, &flags, entry.receive_operation.cleared(), nullptr);
  return note_started(entry, entry.receive_operation, result == 0, "receive");
}

Error start_send(Entry& entry, Bytes rest) {
  WSABUF part{static_cast<ULONG>(rest.size()), reinterpret_cast<char*>(const_cast<std::byte*>(rest.data()))};
  const int result = ::WSASend(entry.handle(), &part, 1, nullptr, 0, entry.send_operation.cleared(), nullptr);
  return note_started(entry, entry.send_operation, result == 0, "send");
}

void note_completed(Entry& entry, Operation& operation) {
  operation.is_in_flight = false;
  --entry.operations_in_flight;
}

Error result_of(const Entry& entry, Operation& operation, const char* doing) {
  DWORD bytes = 0;
  DWORD flags = 0;
  if (::WSAGetOverlappedResult(entry.handle(), &operation, &bytes, FALSE, &flags)) return {};
  return last_socket_error(doing);
}

std::optional<AcceptedConnection> finish_accept(const Entry& listener, AcceptOperation& accept,
                                                const WinsockExtensions& extensions) {
  AcceptedConnection accepted{std::move(accept.socket), {}};
  // Without this option, shutdown() and getpeername() do not know that the socket is connected.
  const SOCKET from = listener.handle();
  if (::setsockopt(static_cast<SOCKET>(accepted.socket.get()), SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT,
                   reinterpret_cast<const char*>(&from), sizeof from) != 0)
    return std::nullopt;
  sockaddr* local = nullptr;
  sockaddr* remote = nullptr;
  int local_size = 0;
  int remote_size = 0;
  extensions.accept_addresses(accept.addresses, 0, accept_address_bytes, accept_address_bytes, &local,
                              &local_size, &remote, &remote_size);
  RawAddress peer;
  if (remote_size <= 0 || static_cast<std::size_t>(remote_size) > sizeof peer.storage) return std::nullopt;
  peer.size = remote_size;
  std::memcpy(&peer.storage, remote, static_cast<std::size_t>(remote_size));
  accepted.peer = from_raw(peer);
  return accepted;
}

void finish_connect(const Entry& entry) {
  // Without this option, shutdown() and getsockname() do not know that the socket is connected.
  ::setsockopt(entry.handle(), SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, nullptr, 0);
}

Error reset_in_disguise(const Entry& entry) {
  if (entry.output != Output::open || ::send(entry.handle(), nullptr, 0, 0) == 0) return {};
  const Error error = last_socket_error("receive");
  return error.code == ErrorCode::connection_reset ? error : Error{};
}

}  // namespace madang::io::iocp

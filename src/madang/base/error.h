// Error: the reason for which the operating system has refused a call. A plain value of 16 bytes. Any thread.
//
// `code` is the same on every system, and the program acts on it. `os_code` is the number of the system
// (errno or WSAGetLastError), for the reader of the log. `doing` is a string literal that names the failed
// call.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace madang {

enum class ErrorCode : std::uint8_t {
  none,
  cancelled,           ///< a stop, a cancel or a close has ended the operation
  connection_reset,    ///< the peer or the network has broken the connection
  connection_refused,  ///< no server listens at that address
  not_connected,       ///< there is no connection now; also a send after the peer has closed
  timed_out,
  address_in_use,       ///< another program listens at that address
  address_unavailable,  ///< the address does not belong to this machine
  access_denied,
  no_descriptors,  ///< the limit of open sockets and files is reached
  no_buffers,      ///< the system has no memory for the operation
  unsupported,     ///< this machine does not offer the operation
  unreachable,     ///< there is no route to the host or its network
  not_found,       ///< there is no such host or file
  already_exists,  ///< there is such a file
  other,
};

struct Error {
  ErrorCode code = ErrorCode::none;
  int os_code = 0;
  const char* doing = "";

  explicit operator bool() const { return code != ErrorCode::none; }
};

template <class T>
using Result = std::expected<T, Error>;

enum class Language : std::uint8_t { english, korean };

/// Returns the language of the user. Linux: from LC_ALL, LC_MESSAGES and LANG. Windows: the display language.
Language system_language();

/// Returns the Error for a number of the system: errno, or WSAGetLastError and GetLastError on Windows.
Error os_error(int os_code, const char* doing);
/// Returns the last error of the calling thread.
Error last_os_error(const char* doing);

/// Returns one line for a person, in UTF-8: "bind: address already in use (98)".
std::string describe(const Error& error, Language language = Language::english);

}  // namespace madang

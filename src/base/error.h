// Error: why the operating system did not do what was asked. A plain value of 16 bytes.
//
// `code` says what a program can act on, the same on every system; `os_code` is the system's own number
// (errno, or WSAGetLastError) for the person who reads the log; `doing` is the call that failed, a literal.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace madang {

enum class ErrorCode : std::uint8_t {
  none,
  cancelled,           ///< the operation was ended by a stop, a cancel or a close
  connection_reset,    ///< the peer ended the connection without a goodbye
  connection_refused,  ///< nobody listens there
  not_connected,       ///< the connection is gone, or was never there; also a send after the peer closed
  timed_out,
  address_in_use,       ///< somebody else listens there
  address_unavailable,  ///< that address is not this machine's
  access_denied,
  no_descriptors,  ///< the process or the system has no more sockets or files to give
  no_buffers,      ///< the system has no more memory for it
  unsupported,     ///< this machine does not offer it
  unreachable,     ///< no route to that host or network
  not_found,       ///< no such host, file or thing
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

/// Linux: from LC_ALL, LC_MESSAGES, LANG. Windows: the user's display language.
Language system_language();

/// errno, or WSAGetLastError/GetLastError on Windows, as an Error.
Error os_error(int os_code, const char* doing);
/// The same for the calling thread's last error.
Error last_os_error(const char* doing);

/// One line for a person, UTF-8: "bind: address already in use (98)".
std::string describe(const Error& error, Language language = Language::english);

}  // namespace madang

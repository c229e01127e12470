#include "madang/base/error.h"

#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#ifdef _WIN32
#include <windows.h>
#include <winsock2.h>
#endif

namespace madang {

namespace {

struct OsCode {
  int os_code;
  ErrorCode code;
};

#ifdef _WIN32
constexpr OsCode os_codes[] = {
    {ERROR_OPERATION_ABORTED, ErrorCode::cancelled},
    {ERROR_CANCELLED, ErrorCode::cancelled},
    {WSAECONNRESET, ErrorCode::connection_reset},
    {WSAECONNABORTED, ErrorCode::connection_reset},
    {WSAENETRESET, ErrorCode::connection_reset},
    {ERROR_NETNAME_DELETED, ErrorCode::connection_reset},
    {ERROR_CONNECTION_ABORTED, ErrorCode::connection_reset},
    {WSAECONNREFUSED, ErrorCode::connection_refused},
    {ERROR_CONNECTION_REFUSED, ErrorCode::connection_refused},
    {WSAENOTCONN, ErrorCode::not_connected},
    {WSAESHUTDOWN, ErrorCode::not_connected},
    {ERROR_BROKEN_PIPE, ErrorCode::not_connected},
    {ERROR_NO_DATA, ErrorCode::not_connected},  // a write into a pipe that has no reader
    {WSAETIMEDOUT, ErrorCode::timed_out},
    {ERROR_SEM_TIMEOUT, ErrorCode::timed_out},
    {WSAEADDRINUSE, ErrorCode::address_in_use},
    {WSAEADDRNOTAVAIL, ErrorCode::address_unavailable},
    {WSAEACCES, ErrorCode::access_denied},
    {ERROR_ACCESS_DENIED, ErrorCode::access_denied},
    {WSAEMFILE, ErrorCode::no_descriptors},
    {ERROR_TOO_MANY_OPEN_FILES, ErrorCode::no_descriptors},
    {WSAENOBUFS, ErrorCode::no_buffers},
    {ERROR_NOT_ENOUGH_MEMORY, ErrorCode::no_buffers},
    {WSAEOPNOTSUPP, ErrorCode::unsupported},
    {WSAEHOSTUNREACH, ErrorCode::unreachable},
    {WSAENETUNREACH, ErrorCode::unreachable},
    {ERROR_HOST_UNREACHABLE, ErrorCode::unreachable},
    {ERROR_NETWORK_UNREACHABLE, ErrorCode::unreachable},
    {WSAHOST_NOT_FOUND, ErrorCode::not_found},
    {ERROR_FILE_NOT_FOUND, ErrorCode::not_found},
    {ERROR_PATH_NOT_FOUND, ErrorCode::not_found},
    {ERROR_FILE_EXISTS, ErrorCode::already_exists},
};
#else
constexpr OsCode os_codes[] = {
    {ECANCELED, ErrorCode::cancelled},
    {ECONNRESET, ErrorCode::connection_reset},
    {ECONNABORTED, ErrorCode::connection_reset},
    {ECONNREFUSED, ErrorCode::connection_refused},
    {ENOTCONN, ErrorCode::not_connected},
    {EPIPE, ErrorCode::not_connected},
    {ESHUTDOWN, ErrorCode::not_connected},
    {ETIMEDOUT, ErrorCode::timed_out},
    {EADDRINUSE, ErrorCode::address_in_use},
    {EADDRNOTAVAIL, ErrorCode::address_unavailable},
    {EACCES, ErrorCode::access_denied},
    {EPERM, ErrorCode::access_denied},
    {EMFILE, ErrorCode::no_descriptors},
    {ENFILE, ErrorCode::no_descriptors},
    {ENOBUFS, ErrorCode::no_buffers},
    {ENOMEM, ErrorCode::no_buffers},
    {ENOSYS, ErrorCode::unsupported},
    {EOPNOTSUPP, ErrorCode::unsupported},
    {EHOSTUNREACH, ErrorCode::unreachable},
    {ENETUNREACH, ErrorCode::unreachable},
    {ENOENT, ErrorCode::not_found},
    {EEXIST, ErrorCode::already_exists},
};
#endif

struct Words {
  std::string_view english;
  std::string_view korean;
};

// One line for each ErrorCode, in its order. For the last one, the system has the words.
constexpr std::array<Words, static_cast<std::size_t>(ErrorCode::other) + 1> words = {{
    {"no error", "오류 없음"},
    {"cancelled", "작업이 취소되었습니다"},
    {"connection reset by the peer", "상대가 연결을 강제로 끊었습니다"},
    {"connection refused: no server is there",
     "연결이 거부되었습니다: 그 주소에서 대기 중인 서버가 없습니다"},
    {"not connected", "연결되어 있지 않습니다"},
    {"timed out", "제한 시간이 지났습니다"},
    {"address already in use", "주소를 이미 다른 프로그램이 쓰고 있습니다"},
    {"the address does not belong to this machine", "이 컴퓨터의 주소가 아닙니다"},
    {"permission denied", "권한이 없습니다"},
    {"too many open sockets or files", "소켓이나 파일이 너무 많이 열려 있습니다"},
    {"the system has no memory for it", "시스템의 메모리가 부족합니다"},
    {"not supported here", "이 컴퓨터에서는 지원되지 않습니다"},
    {"no route to the host", "호스트로 가는 경로가 없습니다"},
    {"not found", "찾을 수 없습니다"},
    {"it exists already", "이미 있습니다"},
    {"", ""},
}};

#ifdef _WIN32
std::string system_words(int os_code, Language language) {
  wchar_t* wide = nullptr;
  const WORD language_id = language == Language::korean ? MAKELANGID(LANG_KOREAN, SUBLANG_KOREAN)
                                                        : MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US);
  constexpr DWORD flags =
      FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
  const auto format = [&](WORD id) {
    return FormatMessageW(flags, nullptr, static_cast<DWORD>(os_code), id, reinterpret_cast<wchar_t*>(&wide),
                          0, nullptr);
  };
  DWORD length = format(language_id);
  if (length == 0) length = format(0);  // that language is not installed: any language will do
  std::string text(static_cast<std::size_t>(length) * 3, '\0');
  const int bytes = WideCharToMultiByte(CP_UTF8, 0, wide, static_cast<int>(length), text.data(),
                                        static_cast<int>(text.size()), nullptr, nullptr);
  LocalFree(wide);
  text.resize(static_cast<std::size_t>(bytes > 0 ? bytes : 0));
  while (!text.empty() &&
         (text.back() == '\n' || text.back() == '\r' || text.back() == '.' || text.back() == ' '))
    text.pop_back();
  return text;  // empty when the system has no words for that code
}
#else
std::string system_words(int os_code, Language) { return std::generic_category().message(os_code); }
#endif

}  // namespace

Language system_language() {
#ifdef _WIN32
  return PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_KOREAN ? Language::korean : Language::english;
#else
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value && *value)
      return std::string_view(value).starts_with("ko") ? Language::korean : Language::english;
  }
  return Language::english;
#endif
}

Error os_error(int os_code, const char* doing) {
  for (const OsCode& known : os_codes)
    if (known.os_code == os_code) return {known.code, os_code, doing};
  return {os_code == 0 ? ErrorCode::none : ErrorCode::other, os_code, doing};
}

Error last_os_error(const char* doing) {
#ifdef _WIN32
  return os_error(static_cast<int>(GetLastError()), doing);
#else
  return os_error(errno, doing);
#endif
}

std::string describe(const Error& error, Language language) {
  const Words& known = words[static_cast<std::size_t>(error.code)];
  std::string text(language == Language::korean ? known.korean : known.english);
  // Windows has words in the language of the user. Other systems are asked for unknown codes only.
#ifdef _WIN32
  const bool must_ask_system = error.os_code != 0;
#else
  const bool must_ask_system = error.code == ErrorCode::other;
#endif
  if (std::string theirs = must_ask_system ? system_words(error.os_code, language) : ""; !theirs.empty())
    text = theirs;
  if (text.empty()) text = "unknown error";
  if (error.doing && *error.doing) text = fmt::format("{}: {}", error.doing, text);
  if (error.os_code != 0) text += fmt::format(" ({})", error.os_code);
  return text;
}

}  // namespace madang

// The lecture's multi-threaded echo server, directly on Win32 and without its pitfalls. It does not use the
// port of src/madang/io, and shows what that port does for a program. All workers wait at one completion
// port. A session always has a receive in flight, and a send for each message. The worker that handles the
// last completion of a session frees the session.
//
//   iocp_by_hand [PORT]     on loopback; the default is 3500; 0: the system chooses a port
//
// Ctrl-C, the line "quit" or the end of standard input stops the server in order.
#include <winsock2.h>
#include <ws2tcpip.h>
// These headers need the two above.
#include <mswsock.h>
#include <windows.h>

#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr int worker_count = 4;
constexpr DWORD buffer_bytes = 1024;
constexpr int sends_max = 64;  // with this many sends in flight, the session does not receive
constexpr DWORD address_bytes = sizeof(sockaddr_in) + 16;

enum class Operation { accept, receive, send };

/// The lecture's OVER_EX. The kernel knows only the first member, and returns a pointer to that member.
struct OverEx {
  // Pitfall: a forgotten kind. The end of a send then posts a second receive: error 10055. Here the
  // constructor needs the kind.
  explicit OverEx(Operation o) : operation(o) {}
  OverEx(const OverEx&) = delete;

  WSAOVERLAPPED over{};
  const Operation operation;
  SOCKET accepted = INVALID_SOCKET;  // accept: the socket of the new connection
  DWORD length = 0;                  // send: number of bytes in the buffer
  char buffer[buffer_bytes]{};
};

struct Session {
  Session(std::uint64_t i, SOCKET s) : id(i), socket(s) {}
  // Pitfall: a copied session. The pointer to its buffer then points into the original. So no copies exist.
  Session(const Session&) = delete;

  const std::uint64_t id;
  const SOCKET socket;
  OverEx receive{Operation::receive};
  std::atomic<int> owners{1};  // the receive, and each send
  std::atomic<int> sends{0};
};

HANDLE file(SOCKET socket) { return reinterpret_cast<HANDLE>(socket); }

/// "What [ID] text (N bytes)", in valid UTF-8: half a character at the end of a read becomes U+FFFD.
void print(const char* format, const Session& session, const char* bytes, DWORD count) {
  // Pitfall: net_buf[num_byte] = 0 writes behind a full buffer. Here the length is an argument.
  int size = static_cast<int>(count);
  if (size > 0 && bytes[size - 1] == '\0') --size;  // the zero that ends a string in C
  std::wstring wide(count, L'\0');
  wide.resize(static_cast<std::size_t>(::MultiByteToWideChar(CP_UTF8, 0, bytes, size, wide.data(), size)));
  while (!wide.empty() && (wide.back() == L'\n' || wide.back() == L'\r')) wide.pop_back();
  for (wchar_t& c : wide) c = c < 0x20 || (c >= 0x7f && c < 0xa0) ? L'.' : c;  // no control characters
  char text[3 * buffer_bytes + 1] = "";
  ::WideCharToMultiByte(CP_UTF8, 0, wide.c_str(), -1, text, sizeof text, nullptr, nullptr);
  static std::mutex one_line_at_a_time;
  const std::lock_guard lock(one_line_at_a_time);
  std::printf(format, static_cast<unsigned long long>(session.id), text, static_cast<unsigned long>(count));
  std::fflush(stdout);
}

/// The lecture's error_display.
int error_display(const char* message, int code) {
  wchar_t words[512] = L"";
  ::FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                   static_cast<DWORD>(code), 0, words, 512, nullptr);
  char text[1536] = "";
  ::WideCharToMultiByte(CP_UTF8, 0, words, -1, text, sizeof text, nullptr, nullptr);
  std::fprintf(stderr, "%s: error %d %s\n", message, code, text);
  return 1;
}

/// Returns true if the call has started an operation. `done_at_once` is the call's result.
bool is_in_flight(bool done_at_once) {
  // Pitfall: WSA_IO_PENDING is not an error. And an operation that is done at once has a completion too.
  return done_at_once || ::WSAGetLastError() == WSA_IO_PENDING;
}

class Server {
 public:
  bool listen(std::uint16_t port) {
    port_ = ::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 0);
    // Pitfall: the listener, too, must be overlapped.
    listener_ = ::WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED);
    const char exclusive[sizeof(BOOL)] = {1};  // no other program can listen on the same address
    ::setsockopt(listener_, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, exclusive, sizeof exclusive);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    int size = sizeof address;
    // Pitfall: with `using namespace std`, bind() is std::bind(), which binds no address.
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
        ::getsockname(listener_, raw, &size) != 0 || !::CreateIoCompletionPort(file(listener_), port_, 0, 0))
      return false;
    std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return true;
  }

  void run(HANDLE stop) {
    std::deque<OverEx> accepts;
    for (accepts_ = 0; accepts_ < worker_count - 1; ++accepts_)
      keep_accepting(accepts.emplace_back(Operation::accept));
    std::vector<std::thread> workers;
    for (int i = 0; i < worker_count; ++i) workers.emplace_back([this] { work(); });

    ::WaitForSingleObject(stop, INFINITE);
    stopping_ = true;
    // The next round cancels operations that a worker starts meanwhile. The loop ends when none is in flight.
    while (cancel_all()) ::Sleep(10);
    for (int i = 0; i < worker_count; ++i) ::PostQueuedCompletionStatus(port_, 0, 0, nullptr);
    for (std::thread& worker : workers) worker.join();
    ::closesocket(listener_);
    ::CloseHandle(port_);
  }

 private:
  void work() {
    for (;;) {
      DWORD bytes = 0;
      ULONG_PTR key = 0;  // Pitfall: a ULONG has four bytes; the kernel writes eight.
      WSAOVERLAPPED* over = nullptr;
      const bool done = ::GetQueuedCompletionStatus(port_, &bytes, &key, &over, INFINITE);
      if (!over) return;  // posted by run(): no operation is in flight any more
      OverEx* operation = CONTAINING_RECORD(over, OverEx, over);
      auto* session = reinterpret_cast<Session*>(key);
      switch (operation->operation) {
        case Operation::accept: accepted(*operation, done); break;
        case Operation::receive: received(*session, bytes, done); break;
        case Operation::send: sent(*session, operation, bytes, done); break;
      }
    }
  }

  void accepted(OverEx& accept, bool done) {
    if (done) {
      enter(accept.accepted);
    } else {
      ::closesocket(accept.accepted);  // the client has left again, or the server stops
    }
    keep_accepting(accept);
  }

  void enter(SOCKET socket) {
    // Pitfall: without AcceptEx's context, shutdown() and getpeername() fail, as for an unconnected socket.
    ::setsockopt(socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, reinterpret_cast<const char*>(&listener_),
                 sizeof listener_);
    // Pitfall: the value of a socket is soon used again. As an id, it would lead to another client.
    auto* session = new Session(++last_id_, socket);
    std::unique_lock lock(sessions_lock_);
    sessions_.insert(session);
    lock.unlock();
    // Pitfall: without this call, no completion of this socket comes. A second call fails.
    if (!::CreateIoCompletionPort(file(socket), port_, reinterpret_cast<ULONG_PTR>(session), 0))
      return leave(*session);
    post_receive(*session);
  }

  void received(Session& session, DWORD bytes, bool done) {
    // Pitfall: without `continue` after a disconnect, an erased session receives again. Here the function
    // returns.
    if (!done || bytes == 0) return leave(session);
    print("From client[%llu] : %s (%lu bytes)\n", session, session.receive.buffer, bytes);
    auto echo = std::make_unique<OverEx>(Operation::send);
    std::memcpy(echo->buffer, session.receive.buffer, echo->length = bytes);
    WSABUF part{echo->length, echo->buffer};  // Pitfall: the buffer count is 1, for one WSABUF.
    ++session.owners;
    if (!is_in_flight(::WSASend(session.socket, &part, 1, nullptr, 0, &echo->over, nullptr) == 0)) {
      --session.owners;
      return leave(session);
    }
    echo.release();  // the kernel has the pointer now
    // At sends_max, the worker that handles a send's completion posts the next receive. So this line is the
    // last.
    if (++session.sends < sends_max) post_receive(session);
  }

  void sent(Session& session, OverEx* over, DWORD bytes, bool done) {
    // Pitfall: an OverEx that is freed twice, or as a WSAOVERLAPPED. Here it is freed once, with its own
    // type.
    const std::unique_ptr<OverEx> echo(over);
    if (done) {
      print("TRACE - Send message : [%llu] %s (%lu bytes)\n", session, echo->buffer, bytes);
    } else {
      end(session);
    }
    if (session.sends-- == sends_max) post_receive(session);
    leave(session);
  }

  /// Posts the next accept. While the system has no socket, this blocks a worker. One worker always remains.
  void keep_accepting(OverEx& accept) {
    for (; !stopping_; ::Sleep(50))
      if (post_accept(accept)) return;
    --accepts_;
  }

  bool post_accept(OverEx& accept) {
    accept.accepted = ::WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED);
    accept.over = {};
    DWORD unused = 0;
    // Pitfall: a wrong address size. AcceptEx needs 16 bytes more than the address has, for both ends.
    if (is_in_flight(::AcceptEx(listener_, accept.accepted, accept.buffer, 0, address_bytes, address_bytes,
                                &unused, &accept.over)))
      return true;
    ::closesocket(accept.accepted);
    return false;
  }

  void post_receive(Session& session) {
    WSABUF whole{buffer_bytes, session.receive.buffer};  // Pitfall: len must be the size of the buffer.
    DWORD flags = 0;  // Pitfall: WSARecv reads the flags, so they need a value.
    session.receive.over = {};
    if (!is_in_flight(::WSARecv(session.socket, &whole, 1, nullptr, &flags, &session.receive.over, nullptr) ==
                      0))
      leave(session);
  }

  /// Ends a session: operations in flight complete soon, and later operations fail.
  static void end(Session& session) {
    ::shutdown(session.socket, SD_BOTH);
    ::CancelIoEx(file(session.socket), nullptr);
  }

  /// Ends one operation of a session. The last operation frees the session.
  void leave(Session& session) {
    if (--session.owners > 0) return;
    const std::lock_guard lock(sessions_lock_);
    sessions_.erase(&session);
    ::closesocket(session.socket);
    delete &session;
  }

  /// Cancels all operations. Returns true if an operation was in flight.
  bool cancel_all() {
    const std::lock_guard lock(sessions_lock_);
    ::CancelIoEx(file(listener_), nullptr);
    for (Session* session : sessions_) end(*session);
    return accepts_ > 0 || !sessions_.empty();
  }

  HANDLE port_ = nullptr;
  SOCKET listener_ = INVALID_SOCKET;
  std::atomic<bool> stopping_{false};
  std::atomic<int> accepts_{0};
  std::atomic<std::uint64_t> last_id_{0};
  std::mutex sessions_lock_;
  std::set<Session*> sessions_;
};

const HANDLE stop_event = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);

BOOL WINAPI on_ctrl_c(DWORD) { return ::SetEvent(stop_event); }

/// Waits for "quit". Uses ReadFile and not stdio, because a thread that waits in stdio at the end of main
/// would hold a lock of stdio.
void watch_input() {
  char line[256];
  DWORD size = 0;
  while (::ReadFile(::GetStdHandle(STD_INPUT_HANDLE), line, sizeof line, &size, nullptr) && size > 0)
    if (std::string(line, size).starts_with("quit")) break;
  ::SetEvent(stop_event);
}

/// Returns the number of a port. Returns nothing if the text is no such number.
std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<std::uint16_t> port = read_port(argc > 1 ? argv[1] : "3500");
  if (!port || argc > 2) {
    std::fprintf(stderr, "usage: iocp_by_hand [PORT] (by default 3500)\n");
    return 2;
  }
  // Pitfall: garbled Korean text. The text is UTF-8 everywhere, so the console must use UTF-8 too.
  ::SetConsoleOutputCP(CP_UTF8);
  ::SetConsoleCtrlHandler(on_ctrl_c, TRUE);
  WSADATA data;
  if (const int error = ::WSAStartup(MAKEWORD(2, 2), &data)) return error_display("WSAStartup", error);
  Server server;
  if (!server.listen(*port)) return error_display("listen", ::WSAGetLastError());
  std::thread(watch_input).detach();
  server.run(stop_event);
}

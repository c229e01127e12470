// SimNetwork: a simulated network with a virtual clock and a random seed.
//
// For SimPorts it acts as the kernel: it has listeners, connections, socket buffers and descriptors. It
// delays, splits and resets what is sent. So it changes the order between connections, but never within one
// direction of a connection. Several SimPorts on one network are several workers in one thread:
//
//   do {
//     for (Port* port : ports) port->turn(handler, Duration::zero());
//   } while (network.advance());
//
// The same seed and the same calls give the same run, with the same hash(). One thread. The network must
// outlive its ports and the NativeSockets that it has accepted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "madang/base/error.h"
#include "madang/base/ids.h"
#include "madang/base/random.h"
#include "madang/base/slot_table.h"
#include "madang/base/time.h"
#include "madang/io/address.h"
#include "madang/io/native_socket.h"
#include "madang/io/port.h"

namespace madang::io {

class SimPort;

struct SimSettings {
  std::uint64_t seed = 1;
  Duration delay_min = std::chrono::microseconds(20);
  Duration delay_max = std::chrono::milliseconds(2);
  std::uint32_t splits_percent = 30;          ///< of the sends: they arrive in two parts, cut at any byte
  bool is_byte_by_byte = false;               ///< every byte arrives alone
  std::uint32_t socket_buffer_bytes = 65536;  ///< bytes that the peer has not read; more wait in the port
  std::uint32_t resets_per_million = 0;       ///< of the sends: they reset their connection
  std::uint32_t refusals_percent = 0;         ///< of the connects to a listener
  std::uint32_t sends_refused_percent = 0;    ///< of the sends: the machine has no memory for them now
  std::uint32_t descriptors_max = 1u << 20;   ///< open listeners and connections
  Duration work_time = std::chrono::microseconds(1);  ///< duration of a turn that has something to do
  Duration send_time{0};                              ///< duration of a call of send(): see spend()
};

class SimNetwork final : public NativeSocketOwner {
 public:
  /// A file descriptor of the simulated machine. 0 means none.
  using Descriptor = Id<struct SimDescriptorTag>;

  explicit SimNetwork(const SimSettings& initial = {}) : settings(initial), random_(initial.seed) {}
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;
  ~SimNetwork();

  SimSettings settings;  ///< may change during the run, except the seed

  Time now() const { return now_; }
  /// Moves the clock to the next event: an arrival, a timer of any port, or `latest`. Delivers what arrives
  /// then. Returns false when there is no event left.
  bool advance(Time latest = Time::max());
  /// Moves the clock forward at once, as if the thread had worked for this time. May be called in a callback
  /// or between turns. Bytes that arrive meanwhile are there after the next advance(). A timer that becomes
  /// due completes at the end of this turn. If the turn has checked its timers already, it is the next turn.
  void spend(Duration duration) { now_ += std::max(duration, Duration::zero()); }
  /// Returns a hash of all events so far.
  std::uint64_t hash() const { return hash_; }
  std::uint32_t descriptors_open() const { return descriptors_open_; }

  // --- For SimPort: the calls of the kernel ---

  Result<Descriptor> listen(const Address& address, int backlog);
  Result<Descriptor> connect(const Address& from_host, const Address& to);
  /// Accepts the next connection that waits at this listener. Returns nothing when none waits.
  Result<std::optional<Descriptor>> accept(Descriptor listener);
  /// Makes the network call SimPort::mark_pending() for this descriptor's events. A null port ends this.
  void attach(Descriptor descriptor, SimPort* port, Socket socket);
  Address local_address(Descriptor descriptor) const;
  Address peer_address(Descriptor descriptor) const;

  enum class ConnectState : std::uint8_t { pending, connected, failed };
  ConnectState connect_state(Descriptor descriptor) const;
  /// Returns the error of a connection that has failed.
  Error error_of(Descriptor descriptor) const;

  struct Read {
    std::string bytes;
    bool has_ended = false;  ///< the peer has ended its side, and all its bytes are read
    Error error;
  };
  /// Reads at most `bytes_max` bytes. An empty result without end and error means that nothing has arrived
  /// yet.
  Read read(Descriptor descriptor, std::size_t bytes_max);
  /// Writes as many bytes as the socket buffer has spare capacity for. Returns their number.
  Result<std::size_t> write(Descriptor descriptor, Bytes bytes);
  /// Returns the number of bytes from this end that the peer has not read, in transit or arrived.
  std::size_t unread_by_peer(Descriptor descriptor) const { return at(descriptor).unread_by_peer; }
  /// Bounds the bytes of this end that the peer has not read.
  void bound_sending(Descriptor descriptor, std::uint32_t bytes_max) {
    at(descriptor).unread_bytes_max = bytes_max;
  }
  /// Ends this direction of the connection, behind the bytes that were written.
  void end_sending(Descriptor descriptor);
  void close(Descriptor descriptor, CloseMode mode);
  void close_native(std::uintptr_t handle) override;

  /// Calls SimPort::mark_pending() for this descriptor after `delay`.
  void remind(Descriptor descriptor, Duration delay);

  void add_port(SimPort* port) { ports_.push_back(port); }
  void remove_port(SimPort* port) { std::erase(ports_, port); }
  Random& random() { return random_; }

 private:
  /// One end of a connection, or a listener.
  struct End {
    Address local;
    Address remote;
    SimPort* port = nullptr;
    Socket socket;
    bool has_descriptor = true;  ///< false while the connection waits to be accepted
    ConnectState connect = ConnectState::connected;
    Error error;
    Descriptor peer;
    std::string arrived;
    std::size_t read = 0;          ///< bytes of `arrived` that were read
    bool has_end_arrived = false;  ///< the peer's end is behind the bytes in `arrived`
    bool was_end_sent = false;
    std::size_t unread_by_peer = 0;  ///< bytes in transit, or arrived at the peer
    std::uint32_t unread_bytes_max = UINT32_MAX;
    Time last_arrival{0};            ///< of the bytes sent so far: later bytes must not arrive before it
    std::deque<Descriptor> waiting;  ///< listener: connections that wait to be accepted
    std::size_t backlog = 0;

    std::size_t unread() const { return arrived.size() - read; }
  };
  enum class EventKind : std::uint8_t { request, established, refused, bytes, end, reset, reminder };
  struct Event {
    EventKind kind{};
    Descriptor to;
    Descriptor from;
    Address address;  // request: the address of the listener
    std::string bytes;
  };
  using Pending = std::map<std::pair<Time, std::uint64_t>, Event>;

  End& at(Descriptor descriptor);
  const End& at(Descriptor descriptor) const { return const_cast<SimNetwork*>(this)->at(descriptor); }
  Result<Descriptor> open(const Address& local);
  Address free_address(Address host);
  Duration some_delay();
  void send_in_order(End& from, Event event);
  void schedule(Time when, Event event);
  void send_bytes(Descriptor from, End& end, std::string bytes);
  void deliver(Event& event);
  void deliver_request(Event& event);
  void fail(Descriptor descriptor, End& end, ErrorCode code, const char* doing);
  void notify(const End& end);
  void mix(std::uint64_t value) { hash_ = scatter(hash_ ^ value) + value; }

  Random random_;
  Time now_{0};
  std::uint64_t hash_ = 0;
  std::uint64_t scheduled_ = 0;
  std::uint32_t descriptors_open_ = 0;
  std::uint32_t next_port_number_ = 0;
  SlotTable<End, Descriptor> ends_{Descriptor::index_max};
  std::map<Address, Descriptor> listeners_;
  Pending pending_;
  std::vector<SimPort*> ports_;
};

}  // namespace madang::io

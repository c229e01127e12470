// StateWriter, StateReader: parts of a state as bytes, for snapshots and for what zones say to each other.
// Numbers are little-endian. One thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "madang/base/buffer.h"
#include "madang/wire/codec.h"
#include "madang/world/state_hash.h"

namespace madang::world {

class StateWriter {
 public:
  /// Appends to `out`, which must outlive the writer.
  explicit StateWriter(Buffer& out) : out_(out), begin_(out.size()) {}
  template <class T>
  void add(const T& value) {
    wire::put(out_.extend(wire::size_of(value)), value);
  }
  /// Appends the hash of all that the writer has written.
  void end() {
    StateHash hash;
    hash.add(as_text(out_.bytes().subspan(begin_)));
    add(hash.value());
  }

 private:
  Buffer& out_;
  const std::size_t begin_;
};

class StateReader {
 public:
  explicit StateReader(Bytes bytes) : rest_(bytes) {}
  template <class T>
  void get(T& value) {
    if (is_good_) is_good_ = wire::parse(rest_, value);
  }
  template <class T>
  T get() {
    T value{};
    get(value);
    return value;
  }
  /// Returns the number of items of a list. Each item has at least one byte.
  std::uint32_t count() {
    const auto count = get<std::uint32_t>();
    if (count > rest_.size()) is_good_ = false;
    return is_good_ ? count : 0;
  }
  /// Returns whether all bytes so far were valid.
  bool is_good() const { return is_good_; }
  bool has_more() const { return is_good_ && !rest_.empty(); }
  bool is_complete() const { return is_good_ && rest_.empty(); }

 private:
  Bytes rest_;
  bool is_good_ = true;
};

}  // namespace madang::world

// NativeSocket: a connection that no port owns yet, on its way from the accept to the port that adopts it.
//
// Owns the handle: dropping it closes the connection. May cross threads.
#pragma once

#include <cstdint>
#include <utility>

namespace madang::io {

/// Who closes a handle that is not the operating system's: the simulated network.
class NativeSocketOwner {
 public:
  virtual void close_native(std::uintptr_t handle) = 0;

 protected:
  ~NativeSocketOwner() = default;
};

class NativeSocket {
 public:
  static constexpr std::uintptr_t none = static_cast<std::uintptr_t>(-1);

  NativeSocket() = default;
  /// `owner` null: the handle is a file descriptor, or a SOCKET on Windows.
  explicit NativeSocket(std::uintptr_t handle, NativeSocketOwner* owner = nullptr)
      : handle_(handle), owner_(owner) {}
  NativeSocket(NativeSocket&& other) noexcept
      : handle_(std::exchange(other.handle_, none)), owner_(other.owner_) {}
  NativeSocket& operator=(NativeSocket&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, none);
      owner_ = other.owner_;
    }
    return *this;
  }
  ~NativeSocket() { reset(); }

  explicit operator bool() const { return handle_ != none; }
  std::uintptr_t get() const { return handle_; }
  NativeSocketOwner* owner() const { return owner_; }
  /// The caller closes it from here on.
  std::uintptr_t release() { return std::exchange(handle_, none); }
  void reset();

 private:
  std::uintptr_t handle_ = none;
  NativeSocketOwner* owner_ = nullptr;
};

}  // namespace madang::io

// NativeSocket: an accepted connection that no port has adopted yet.
//
// It owns the handle of the system; its destructor closes the connection. It may move between threads.
#pragma once

#include <cstdint>
#include <utility>

namespace madang::io {

/// Closes handles that do not belong to the operating system. The simulated network implements it.
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
  /// Without an owner the handle is a file descriptor, or a SOCKET on Windows.
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
  /// Returns the handle. The caller has to close it.
  std::uintptr_t release() { return std::exchange(handle_, none); }
  /// Closes the connection, if there is one.
  void reset();

 private:
  std::uintptr_t handle_ = none;
  NativeSocketOwner* owner_ = nullptr;
};

}  // namespace madang::io

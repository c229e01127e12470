#include "unit/allocations.h"

#include <cstdlib>
#include <new>

#ifdef _WIN32
#include <malloc.h>
#endif

namespace {

thread_local std::uint64_t count = 0;
thread_local std::uint64_t bytes = 0;

}  // namespace

std::uint64_t madang::allocations() { return count; }
std::uint64_t madang::allocated_bytes() { return bytes; }

#ifndef MADANG_FOREIGN_HEAP

namespace {

void* allocate(std::size_t size) {
  ++count;
  bytes += size;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size, std::align_val_t alignment) {
  ++count;
  bytes += size;
  const auto aligned = static_cast<std::size_t>(alignment);
#ifdef _WIN32
  if (void* memory = _aligned_malloc(size, aligned)) return memory;
#else
  if (void* memory = std::aligned_alloc(aligned, (size + aligned - 1) / aligned * aligned)) return memory;
#endif
  throw std::bad_alloc();
}
void operator delete(void* memory, std::align_val_t) noexcept {
#ifdef _WIN32
  _aligned_free(memory);
#else
  std::free(memory);
#endif
}
void operator delete(void* memory, std::size_t, std::align_val_t alignment) noexcept {
  operator delete(memory, alignment);
}
void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

#endif

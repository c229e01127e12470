// How often, and how much, the calling thread has taken from the heap: the unit tests' program counts its own
// operator new. The sanitizers have a heap of their own; there nothing is counted.
#pragma once

#include <cstdint>

namespace madang {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MADANG_FOREIGN_HEAP
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MADANG_FOREIGN_HEAP
#endif

#ifdef MADANG_FOREIGN_HEAP
inline constexpr bool counts_allocations = false;
#else
inline constexpr bool counts_allocations = true;
#endif

std::uint64_t allocations();
/// Returns the bytes of all these; what was given back is not subtracted.
std::uint64_t allocated_bytes();

}  // namespace madang

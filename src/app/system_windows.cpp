#include <windows.h>
// After windows.h, which it needs.
#include <timeapi.h>

#include "app/system.h"

namespace madang::app {

std::uint32_t raise_descriptor_limit() { return 0; }

FineTimers::FineTimers() { timeBeginPeriod(1); }
FineTimers::~FineTimers() { timeEndPeriod(1); }

}  // namespace madang::app

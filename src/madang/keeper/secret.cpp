#include "madang/keeper/secret.h"

#include <sodium.h>

namespace madang::keeper {

void wipe(void* bytes, std::size_t size) { sodium_memzero(bytes, size); }

}  // namespace madang::keeper

// Refused sends: makes the system refuse the sends of all ports in this program, as if it had no memory.
#pragma once

namespace madang::contract {

/// Makes the system refuse every later send, or none.
void refuse_sends(bool refuse);

}  // namespace madang::contract

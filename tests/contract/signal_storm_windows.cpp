#include "contract/signal_storm.h"

namespace madang::contract {

SignalStorm::SignalStorm() = default;
SignalStorm::~SignalStorm() = default;
bool SignalStorm::is_possible() { return false; }
unsigned SignalStorm::handled() { return 0; }

}  // namespace madang::contract

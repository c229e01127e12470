// Prints the dictionary of the packet fuzzer.
#include <cstdio>

#include "madang/wire/protocol.h"

int main() { return std::fputs(madang::wire::protocol_dictionary().c_str(), stdout) < 0; }

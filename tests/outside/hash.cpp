// Prints the hash of a text, which libsodium computes.
#include <cstdio>

#include "madang/keeper/hash.h"

int main() {
  const madang::keeper::Hash hash = madang::keeper::hash_of(madang::as_bytes("abc"));
  std::printf("hash: %s\n", madang::keeper::text_of(hash).c_str());
}

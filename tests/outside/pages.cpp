// Prints how many files of the operator's page are in the server's library.
#include <cstdio>

#include "madang/server/page.h"

int main() { std::printf("pages: %zu\n", madang::server::operator_pages().size()); }

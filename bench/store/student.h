// How a student keeps the positions of players: one UPDATE for each move, on one connection, with the
// defaults of the database.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace madang::bench {

class Student {
 public:
  virtual ~Student() = default;
  /// Keeps one move. Ends the program if that fails.
  virtual void move(std::uint32_t player, std::int32_t x, std::int32_t y) = 0;
};

/// Opens a file of SQLite, or a database of PostgreSQL ("postgres://..."), and makes a table of players
/// there.
std::unique_ptr<Student> make_student(const std::string& where, std::uint32_t players);

}  // namespace madang::bench

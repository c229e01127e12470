// make_room(): makes room for one more element of a large array. std::vector alone would keep up to as much
// room again; this keeps a sixteenth. Any thread that owns the vector.
#pragma once

#include <vector>

namespace madang {

template <class T>
void make_room(std::vector<T>& values) {
  if (values.size() == values.capacity()) values.reserve(values.size() + values.size() / 16 + 16);
}

}  // namespace madang

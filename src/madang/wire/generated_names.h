// Names in generated texts. Pure functions; any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "madang/wire/schema.h"

namespace madang::wire {

/// Returns clientTime for client_time.
inline std::string camel_case(std::string_view name) {
  std::string text;
  bool begins_word = false;
  for (const char c : name) {
    if (c != '_') text += begins_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins_word = c == '_';
  }
  return text;
}

/// Returns ClientTime for client_time.
inline std::string pascal_case(std::string_view name) { return camel_case("_" + std::string(name)); }

/// Returns whether a later field of the record is there only if this one has its bit.
inline bool is_mask(const RecordInfo& record, const FieldInfo& field) {
  return field.name == "mask" &&
         std::ranges::any_of(record.fields, [](const FieldInfo& each) { return !each.is_always_there(); });
}

}  // namespace madang::wire

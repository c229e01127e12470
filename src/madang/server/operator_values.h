// encode_values(): makes the bytes of a record from JSON, by the record's table. A field that is left out has
// the value 0, false, an empty text or an empty list. A pure function; any thread.
//
//   {"count": 5, "kind": "gold", "text": "rain!", "where": {"x": 1, "y": 2}}
//
// A number may also be a text, because JavaScript has no whole numbers of 64 bits. An enumeration is the name
// or the number of a value, an id is a text of 32 hexadecimal digits, and a blob is a text of hexadecimal
// digits.
#pragma once

#include <expected>
#include <nlohmann/json.hpp>
#include <string>

#include "madang/wire/schema.h"

namespace madang::server {

/// Returns the bytes, or what is wrong with the first field that is wrong: "count: 300 is out of range (0 to
/// 255)".
std::expected<std::string, std::string> encode_values(const wire::RecordInfo& record,
                                                      const nlohmann::ordered_json& values);

}  // namespace madang::server

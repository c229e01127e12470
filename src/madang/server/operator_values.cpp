#include "madang/server/operator_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "madang/base/text.h"

namespace madang::server {

namespace {

using Json = nlohmann::ordered_json;
using wire::TypeInfo;
using wire::TypeKind;

/// What is wrong with a field.
struct BadValue {
  std::string text;
};

class Writer {
 public:
  std::string bytes;

  void record(const wire::RecordInfo& table, const Json& values, const std::string& path) {
    if (!values.is_null() && !values.is_object()) fail(path, "an object with the fields is wanted");
    for (const auto& [name, value] : values.items())
      if (std::ranges::find(table.fields, name, &wire::FieldInfo::name) == table.fields.end())
        fail(path, fmt::format("{} has no field \"{}\"", table.name, name));
    for (const wire::FieldInfo& field : table.fields) {
      const std::string name(field.name);
      const auto value = values.is_object() ? values.find(name) : values.end();
      const bool is_there = values.is_object() && value != values.end();
      this->value(field.type, is_there ? *value : Json(), path.empty() ? name : path + "." + name);
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& path, std::string_view why) {
    throw BadValue{path.empty() ? std::string(why) : fmt::format("{}: {}", path, why)};
  }

  void put(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
  }

  /// Returns the value as a text that std::from_chars reads.
  static std::string digits_of(const Json& value, const std::string& path) {
    if (value.is_null()) return "0";
    if (value.is_number()) return value.dump();
    if (value.is_string()) return value.get<std::string>();
    fail(path, "a number is wanted");
  }

  template <class Number>
  static Number whole(const Json& value, const std::string& path, Number low, Number high) {
    const std::string digits = digits_of(value, path);
    Number number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc::invalid_argument || end != digits.data() + digits.size())
      fail(path, fmt::format("\"{}\" is not a whole number from {} to {}", shown(digits), low, high));
    if (error != std::errc() || number < low || number > high)
      fail(path, fmt::format("{} is out of range ({} to {})", shown(digits), low, high));
    return number;
  }
  static double real(const Json& value, const std::string& path) {
    const std::string digits = digits_of(value, path);
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number))
      fail(path, fmt::format("\"{}\" is not a number", shown(digits)));
    return number;
  }

  void unsigned_number(const Json& value, const std::string& path, std::size_t size) {
    put(whole<std::uint64_t>(value, path, 0, UINT64_MAX >> (64 - 8 * size)), size);
  }
  void signed_number(const Json& value, const std::string& path, std::size_t size) {
    const std::int64_t high = INT64_MAX >> (64 - 8 * size);
    put(static_cast<std::uint64_t>(whole<std::int64_t>(value, path, -high - 1, high)), size);
  }

  static std::size_t size_of(TypeKind kind) {
    switch (kind) {
      case TypeKind::u8:
      case TypeKind::i8: return 1;
      case TypeKind::u16:
      case TypeKind::i16: return 2;
      case TypeKind::u32:
      case TypeKind::i32:
      case TypeKind::f32: return 4;
      default: return 8;
    }
  }

  static std::string text_of(const Json& value, const std::string& path) {
    if (value.is_null()) return {};
    if (!value.is_string()) fail(path, "a text is wanted");
    return value.get<std::string>();
  }

  /// Returns the bytes of hexadecimal digits.
  static std::string bytes_of(const std::string& digits, const std::string& path) {
    std::string bytes;
    if (digits.size() % 2 != 0) fail(path, "hexadecimal digits in pairs are wanted");
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      unsigned char byte = 0;
      const char* const pair = digits.data() + i;
      if (std::from_chars(pair, pair + 2, byte, 16).ptr != pair + 2)
        fail(path, "hexadecimal digits in pairs are wanted");
      bytes += static_cast<char>(byte);
    }
    return bytes;
  }

  void value(const TypeInfo& type, const Json& value, const std::string& path) {
    switch (type.kind) {
      case TypeKind::u8:
      case TypeKind::u16:
      case TypeKind::u32:
      case TypeKind::u64: return unsigned_number(value, path, size_of(type.kind));
      case TypeKind::i8:
      case TypeKind::i16:
      case TypeKind::i32:
      case TypeKind::i64: return signed_number(value, path, size_of(type.kind));
      case TypeKind::f32: return single(real(value, path), path);
      case TypeKind::f64: return put(std::bit_cast<std::uint64_t>(real(value, path)), 8);
      case TypeKind::boolean:
        if (!value.is_null() && !value.is_boolean()) fail(path, "true or false is wanted");
        return put(value.is_boolean() && value.get<bool>() ? 1 : 0, 1);
      case TypeKind::id: {
        const std::string digits = text_of(value, path);
        const std::string id = bytes_of(digits.empty() ? std::string(32, '0') : digits, path);
        if (id.size() != 16) fail(path, "an id has 32 hexadecimal digits");
        bytes.append(id.rbegin() + 8, id.rend()).append(id.rbegin(), id.rbegin() + 8);
        return;
      }
      case TypeKind::text: return text(type, text_of(value, path), path);
      case TypeKind::blob: {
        const std::string blob = bytes_of(text_of(value, path), path);
        if (blob.size() > wire::blob_bytes_max) fail(path, "it is too long");
        put(blob.size(), 2);
        bytes += blob;
        return;
      }
      case TypeKind::quantised: return quantised(*type.quantised, value, path);
      case TypeKind::enumeration: return enumeration(*type.enumeration, value, path);
      case TypeKind::record: return record(*type.record, value, path);
      case TypeKind::list:
      case TypeKind::array: return items(type, value, path);
    }
  }

  void single(double number, const std::string& path) {
    if (std::abs(number) > std::numeric_limits<float>::max()) fail(path, "the number is too large");
    put(std::bit_cast<std::uint32_t>(static_cast<float>(number)), 4);
  }
  void text(const TypeInfo& type, const std::string& text, const std::string& path) {
    if (text.size() > type.count)
      fail(path, fmt::format("{} bytes, and at most {} are allowed", text.size(), type.count));
    put(text.size(), 1);
    bytes += text;
  }
  void quantised(const wire::QuantisedInfo& info, const Json& value, const std::string& path) {
    const double number = value.is_null() ? info.low : real(value, path);
    if (!(number >= info.low && number <= info.high))
      fail(path, fmt::format("{} is out of range ({} to {})", number, info.low, info.high));
    const std::size_t size = size_of(info.steps);
    const auto most = static_cast<double>(UINT64_MAX >> (64 - 8 * size));
    put(static_cast<std::uint64_t>(std::llround((number - info.low) / (info.high - info.low) * most)), size);
  }
  void enumeration(const wire::EnumInfo& info, const Json& value, const std::string& path) {
    if (value.is_string()) {
      const auto named = std::ranges::find(info.values, value.get<std::string>(), &wire::Value::name);
      if (named != info.values.end()) return put(static_cast<std::uint64_t>(named - info.values.begin()), 1);
    }
    put(whole<std::uint64_t>(value, path, 0, info.values.size() - 1), 1);
  }
  void items(const TypeInfo& type, const Json& value, const std::string& path) {
    if (!value.is_null() && !value.is_array()) fail(path, "a list is wanted");
    if (type.kind == TypeKind::array) {
      if (value.is_array() && value.size() != type.count)
        fail(path, fmt::format("{} items, and {} are wanted", value.size(), type.count));
    } else {
      if (value.size() > wire::list_size_max) fail(path, "there are too many items");
      put(value.size(), 2);
    }
    const std::size_t count = type.kind == TypeKind::array ? type.count : value.size();
    for (std::size_t i = 0; i < count; ++i)
      this->value(*type.item, value.is_array() ? value[i] : Json(), fmt::format("{}[{}]", path, i));
  }
};

}  // namespace

std::expected<std::string, std::string> encode_values(const wire::RecordInfo& record, const Json& values) {
  Writer writer;
  try {
    writer.record(record, values, "");
  } catch (const BadValue& bad) {
    return std::unexpected(bad.text);
  }
  return std::move(writer.bytes);
}

}  // namespace madang::server

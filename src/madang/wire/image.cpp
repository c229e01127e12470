#include "madang/wire/image.h"

#include <fmt/core.h>

namespace madang::wire {

// A value is a tag and what belongs to it. Numbers are little-endian; sizes and counts have two bytes, those
// of names one.
enum class ImageReader::Tag : std::uint8_t { number, negative_number, text, record, list };

namespace {
constexpr int depth_max = 16;  // records and lists within each other; a game's table is far from it
enum : std::uint8_t { tag_number, tag_negative_number, tag_text, tag_record, tag_list };
}  // namespace

template <class T>
void ImageWriter::put(T value) {
  bytes_.resize(bytes_.size() + sizeof value);
  store(bytes_.data() + bytes_.size() - sizeof value, value);
}
void ImageWriter::tag(std::uint8_t tag) { put(tag); }
void ImageWriter::number(std::uint64_t value) {
  tag(tag_number);
  put(value);
}
void ImageWriter::negative_number(std::int64_t value) {
  tag(tag_negative_number);
  put(value);
}
void ImageWriter::text(std::string_view value) {
  tag(tag_text);
  put(static_cast<std::uint16_t>(value.size()));
  bytes_.insert(bytes_.end(), as_bytes(value).begin(), as_bytes(value).end());
}
void ImageWriter::begin_record(std::size_t fields) {
  tag(tag_record);
  put(static_cast<std::uint16_t>(fields));
}
void ImageWriter::name(std::string_view name) {
  put(static_cast<std::uint8_t>(name.size()));
  bytes_.insert(bytes_.end(), as_bytes(name).begin(), as_bytes(name).end());
}
void ImageWriter::begin_list(std::size_t items) {
  tag(tag_list);
  put(static_cast<std::uint16_t>(items));
}

template <class T>
T ImageReader::get() {
  if (!is_good()) return {};
  if (rest_.size() < sizeof(T)) {
    fail("the image ends too early");
    return {};
  }
  const T value = load<T>(rest_.data());
  rest_ = rest_.subspan(sizeof(T));
  return value;
}

bool ImageReader::expect(Tag tag, std::string_view what) {
  const auto found = get<std::uint8_t>();
  if (is_good() && found != std::to_underlying(tag)) fail(fmt::format("it is no {}", what));
  return is_good();
}

ImageReader::Number ImageReader::number() {
  const auto found = get<std::uint8_t>();
  if (is_good() && found > tag_negative_number) fail("it is no number");
  const auto bits = get<std::uint64_t>();
  return {found == tag_negative_number, bits};
}

std::string_view ImageReader::text() {
  if (!expect(Tag::text, "text")) return {};
  const std::size_t size = get<std::uint16_t>();
  if (size > rest_.size()) fail("the image ends too early");
  if (!is_good()) return {};
  const std::string_view text = as_text(rest_.first(size));
  rest_ = rest_.subspan(size);
  return text;
}

std::size_t ImageReader::begin_record() { return expect(Tag::record, "record") ? get<std::uint16_t>() : 0; }
std::size_t ImageReader::begin_list() { return expect(Tag::list, "list") ? get<std::uint16_t>() : 0; }

std::string_view ImageReader::name() {
  const std::size_t size = get<std::uint8_t>();
  if (size > rest_.size()) fail("the image ends too early");
  if (!is_good()) return {};
  const std::string_view name = as_text(rest_.first(size));
  rest_ = rest_.subspan(size);
  return name;
}

void ImageReader::skip() { skip(0); }

void ImageReader::skip(int depth) {
  if (!is_good()) return;
  if (depth > depth_max) return fail("the image has too many records within each other");
  if (rest_.empty()) return fail("the image ends too early");
  switch (std::to_integer<std::uint8_t>(rest_.front())) {
    case tag_number:
    case tag_negative_number: number(); break;
    case tag_text: text(); break;
    case tag_record:
      for (std::size_t left = begin_record(); left > 0 && is_good(); --left) {
        name();
        skip(depth + 1);
      }
      break;
    case tag_list:
      for (std::size_t left = begin_list(); left > 0 && is_good(); --left) skip(depth + 1);
      break;
    default: fail("it has a value of an unknown sort");
  }
}

void ImageReader::fail(std::string why) {
  if (is_good()) error_ = std::move(why);
}

std::string ImageReader::error() const {
  std::string text;
  for (const std::string_view field : path_) text += fmt::format("{}{}", text.empty() ? "" : ".", field);
  return text.empty() ? *error_ : fmt::format("{}: {}", text, *error_);
}

}  // namespace madang::wire

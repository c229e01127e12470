#include "base/text.h"

#include <utf8.h>

#include <iterator>

namespace madang {

namespace {

// Controls, and the marks that turn the direction of other people's text around.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

}  // namespace

bool is_presentable(std::string_view text, std::size_t bytes_max) {
  if (text.empty() || text.size() > bytes_max || !utf8::is_valid(text.begin(), text.end())) return false;
  bool something = false;
  for (auto at = text.begin(); at != text.end();) {
    const char32_t c = utf8::unchecked::next(at);
    if (is_control(c)) return false;
    something = something || (c != ' ' && c != 0xa0 && c != 0x3000);
  }
  return something;
}

std::string shown(std::string_view text) {
  std::string valid;
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(valid), 0xfffd);
  std::string result;
  for (auto at = valid.begin(); at != valid.end();) {
    const char32_t c = utf8::unchecked::next(at);
    utf8::unchecked::append(c == '\t' ? ' ' : is_control(c) ? '.' : c, std::back_inserter(result));
  }
  return result;
}

}  // namespace madang

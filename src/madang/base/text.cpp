#include "madang/base/text.h"

#include <utf8.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "madang/base/unicode.h"

namespace madang {

namespace {

using unicode::Kind;

constexpr std::size_t name_marks_max = 4;
constexpr std::size_t words_marks_max = 8;

bool is_well_formed(std::string_view text, std::size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max && utf8::is_valid(text.begin(), text.end());
}

/// Returns whether a text is ASCII in normal form. Most texts are, and need no tables.
bool is_plain(std::string_view text) {
  const auto is_visible = [](char c) { return c > ' ' && c <= '~'; };
  bool is_after_visible = false;
  for (const char c : text) {
    if (!is_visible(c) && !(c == ' ' && is_after_visible)) return false;
    is_after_visible = is_visible(c);
  }
  return is_after_visible;
}

bool is_mark(char32_t c) { return unicode::properties_of(c).kind == Kind::mark; }

/// Makes the normal form of one text: see text.h.
class Normalizer {
 public:
  explicit Normalizer(bool is_name) : is_name_(is_name) {}

  /// Returns the normal form. The neighbours of a joiner or a selector, in canonical order, decide whether it
  /// stays. When one between two marks is removed, the order of the marks may change. Then the shorter text
  /// is filtered again.
  std::expected<std::string, TextFault> normalize(std::u32string text, std::size_t bytes_max) {
    unicode::decompose(text);
    while (true) {
      if (!filter(text)) return std::unexpected(TextFault::not_presentable);
      unicode::decompose(out_);
      if (out_ == text) break;
      text.swap(out_);
    }
    if (!has_visible_ || has_too_many_marks()) return std::unexpected(TextFault::not_presentable);
    unicode::compose(out_);
    std::string result;
    for (const char32_t c : out_) utf8::unchecked::append(c, std::back_inserter(result));
    if (result.size() > bytes_max) return std::unexpected(TextFault::too_long);
    return result;
  }

 private:
  /// Copies the allowed characters of `text` to out_. Returns false when the text is refused.
  bool filter(std::u32string_view text) {
    out_.clear();
    is_space_due_ = has_visible_ = false;
    for (rest_ = text; !rest_.empty();)
      if (!filter_next()) return false;
    return true;
  }

  /// Copies or removes the next character. Returns false when it is refused.
  bool filter_next() {
    const char32_t c = rest_.front();
    rest_.remove_prefix(1);
    switch (unicode::properties_of(c).kind) {
      case Kind::visible:
        has_visible_ = true;
        keep(c);
        return true;
      case Kind::mark:
      case Kind::spacing_mark:
        if (out_.empty() || (is_name_ && is_space_due_)) return false;
        keep(c);
        return true;
      case Kind::line:
        if (is_name_) return false;
        [[fallthrough]];
      case Kind::space: is_space_due_ = !out_.empty(); return true;
      case Kind::joiner:
        if (has_meaning(c)) keep(c);
        return true;
      case Kind::selector:
        if (unicode::is_variation(last(), c)) keep(c);
        return true;
      case Kind::tag: return keep_flag(c) || !is_name_;
      case Kind::invisible: return !is_name_;
      case Kind::control:
      case Kind::unassigned: return false;
    }
    return false;
  }

  void keep(char32_t c) {
    if (is_space_due_) out_ += U' ';
    is_space_due_ = false;
    out_ += c;
  }

  /// Copies the tags of a flag. `first` is the first of them; the others are in rest_. Returns false when
  /// they make no flag.
  bool keep_flag(char32_t first) {
    const std::u32string_view tags(rest_.data() - 1, rest_.size() + 1);
    const std::size_t count = unicode::flag_tags(last(), tags);
    if (count == 0) return false;
    keep(first);
    for (const char32_t tag : tags.substr(1, count - 1)) keep(tag);
    rest_.remove_prefix(count - 1);
    return true;
  }

  /// Returns whether a joiner has a meaning here: by RFC 5892, appendix A.1 and A.2, or between parts of an
  /// emoji.
  bool has_meaning(char32_t joiner) const {
    constexpr char32_t zero_width_joiner = 0x200d;
    const unicode::Properties before = unicode::properties_of(last());
    const unicode::Properties after = unicode::properties_of(next());
    const bool is_in_word = !out_.empty() && !is_space_due_ && before.kind != Kind::joiner;
    if (is_in_word && (before.is_virama || after.is_virama)) return true;
    const bool has_joining_before = is_in_word && may_join_next();
    const bool has_joining_after = may_join_previous();
    if (joiner != zero_width_joiner) return has_joining_before && has_joining_after;
    return has_joining_before || has_joining_after ||
           (is_in_word && after.is_pictograph && ends_in_pictograph());
  }

  bool may_join_next() const {
    const auto at = std::find_if(out_.rbegin(), out_.rend(),
                                 [](char32_t c) { return !unicode::properties_of(c).is_transparent; });
    return at != out_.rend() && unicode::properties_of(*at).may_join_next;
  }
  bool may_join_previous() const {
    const auto at =
        std::ranges::find_if(rest_, [](char32_t c) { return !unicode::properties_of(c).is_transparent; });
    return at != rest_.end() && unicode::properties_of(*at).kind != Kind::joiner &&
           unicode::properties_of(*at).may_join_previous;
  }
  bool ends_in_pictograph() const {
    const auto at = std::find_if(out_.rbegin(), out_.rend(), [](char32_t c) {
      const unicode::Properties& one = unicode::properties_of(c);
      return !one.is_modifier && one.kind != Kind::mark && one.kind != Kind::selector &&
             one.kind != Kind::tag;
    });
    return at != out_.rend() && unicode::properties_of(*at).is_pictograph;
  }

  /// Returns whether one character has too many marks. The text is decomposed, so an accent counts as a mark.
  bool has_too_many_marks() const {
    const std::size_t marks_max = is_name_ ? name_marks_max : words_marks_max;
    std::size_t marks = 0;
    for (const char32_t c : out_) {
      const Kind kind = unicode::properties_of(c).kind;
      if (kind == Kind::visible || kind == Kind::space) marks = 0;
      if (is_mark(c) && ++marks > marks_max) return true;
    }
    return false;
  }

  /// Returns the character before or after this place, or a space when there is none.
  char32_t last() const { return out_.empty() || is_space_due_ ? U' ' : out_.back(); }
  char32_t next() const { return rest_.empty() ? U' ' : rest_.front(); }

  const bool is_name_;
  std::u32string_view rest_;
  std::u32string out_;
  bool is_space_due_ = false;
  bool has_visible_ = false;
};

std::expected<std::string, TextFault> presentable(std::string_view sent, std::size_t bytes_max,
                                                  bool is_name) {
  if (!is_well_formed(sent, bytes_max)) return std::unexpected(TextFault::malformed);
  if (is_plain(sent)) return std::string(sent);
  std::u32string text;
  for (auto at = sent.begin(); at != sent.end();) text.push_back(utf8::unchecked::next(at));
  return Normalizer(is_name).normalize(std::move(text), bytes_max);
}

/// Returns the character that a screen gets instead of `c`; mostly `c` itself.
char32_t shown_for(char32_t c) {
  const Kind kind = unicode::properties_of(c).kind;
  if (c == '\t') return ' ';
  return kind == Kind::line || kind == Kind::invisible || kind == Kind::control ? U'.' : c;
}

}  // namespace

std::expected<std::string, TextFault> presentable_name(std::string_view sent, std::size_t bytes_max) {
  return presentable(sent, bytes_max, true);
}

std::expected<std::string, TextFault> presentable_words(std::string_view sent, std::size_t bytes_max) {
  return presentable(sent, bytes_max, false);
}

bool is_presentable(std::string_view text, std::size_t bytes_max) {
  return is_well_formed(text, bytes_max) && presentable_words(text, bytes_max) && shown(text) == text &&
         text.find('\t') == text.npos;
}

std::string shown(std::string_view text) {
  std::string valid;
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(valid), 0xfffd);
  std::string result;
  for (auto at = valid.begin(); at != valid.end();)
    utf8::unchecked::append(shown_for(utf8::unchecked::next(at)), std::back_inserter(result));
  return result;
}

}  // namespace madang

#include "board/client/answers.h"

#include <algorithm>
#include <iterator>

namespace madang::board {

namespace {

constexpr std::string_view english_answers[] = {
    "welcome! nice to see you",
    "hello there, shall we walk a bit?",
    "good to have company",
    "glad you came by",
};
constexpr std::string_view korean_answers[] = {
    "어서 오세요, 반가워요!",
    "안녕하세요, 같이 걸어요",
    "와 주셔서 고마워요",
    "만나서 반갑습니다!",
};

bool is_answer(std::string_view text) {
  return std::ranges::find(english_answers, text) != std::end(english_answers) ||
         std::ranges::find(korean_answers, text) != std::end(korean_answers);
}

/// Hangul syllables have three bytes in UTF-8, the first one from EA to ED. Few other letters have these.
bool has_hangul(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xea && byte <= 0xed;
  });
}

}  // namespace

void Answers::hear(const Heard& heard, Time now) {
  if (bots_.contains(heard.speaker) || is_answer(heard.text)) return;
  std::erase_if(talks_, [now](const Talk& talk) { return talk.is_answered && talk.due <= now; });
  const auto talk = std::ranges::find(talks_, heard.speaker, &Talk::speaker);
  if (talk != talks_.end()) {
    if (talk->is_answered || heard.tiles >= talk->tiles) return;
    talk->bot = heard.bot;
    talk->tiles = heard.tiles;
    return;
  }
  if (talks_.size() == talks_max) return;
  const auto spread_ms = static_cast<std::uint32_t>((delay_max - delay_min) / 1ms);
  talks_.push_back({.speaker = heard.speaker,
                    .bot = heard.bot,
                    .tiles = heard.tiles,
                    .is_korean = has_hangul(heard.text),
                    .due = now + delay_min + std::chrono::milliseconds(random_.below(spread_ms))});
}

std::optional<Answer> Answers::dequeue_due(Time now) {
  for (Talk& talk : talks_) {
    if (talk.is_answered || talk.due > now) continue;
    talk.is_answered = true;
    talk.due = now + rest;
    return Answer{talk.bot, words(talk.is_korean)};
  }
  return std::nullopt;
}

Time Answers::next_due() const {
  Time due = Time::max();
  for (const Talk& talk : talks_)
    if (!talk.is_answered) due = std::min(due, talk.due);
  return due;
}

std::string_view Answers::words(bool is_korean) {
  return is_korean ? korean_answers[random_.below(std::size(korean_answers))]
                   : english_answers[random_.below(std::size(english_answers))];
}

}  // namespace madang::board

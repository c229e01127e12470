#include "madang/server/operator_ask.h"

#include <algorithm>

namespace madang::server {

using net::HttpVerdict;

HttpVerdict respond_with(const Json& json) {
  wire::HttpResponse response;
  response.content_type = "application/json";
  // The name of a file, for instance, need not be UTF-8. Such bytes become U+FFFD.
  response.own_body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return HttpVerdict::respond(std::move(response));
}

HttpVerdict respond_done() { return HttpVerdict::respond({.status = wire::HttpStatus::no_content}); }

RequestBody::RequestBody(std::string_view body, std::initializer_list<std::string_view> members)
    : json_(Json::parse(body, nullptr, false)) {
  if (!json_.is_object()) return;
  bool is_known = true;
  for (const auto& member : json_.items())
    is_known = is_known && std::ranges::count(members, member.key()) > 0;
  if (!is_known) json_ = {};
}

bool RequestBody::has(const char* name) const { return json_.is_object() && json_.contains(name); }

std::optional<std::string> RequestBody::text(const char* name) const {
  if (!has(name) || !json_[name].is_string()) return std::nullopt;
  return json_[name].get<std::string>();
}

std::optional<std::uint64_t> RequestBody::number(const char* name) const {
  if (!has(name) || !json_[name].is_number_unsigned()) return std::nullopt;
  return json_[name].get<std::uint64_t>();
}

std::optional<std::string> decoded_query(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%') {
      text += value[i] == '+' ? ' ' : value[i];
      continue;
    }
    unsigned char byte = 0;
    const char* const digits = value.data() + i + 1;
    if (i + 2 >= value.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2)
      return std::nullopt;
    text += static_cast<char>(byte);
    i += 2;
  }
  return text;
}

std::string ip_text_of(const io::Address& address) {
  std::string text = address.text();
  text.erase(text.rfind(':'));
  return text.starts_with('[') ? text.substr(1, text.size() - 2) : text;
}

}  // namespace madang::server

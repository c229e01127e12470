#include "madang/server/store_address.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include "madang/base/text.h"
#include "madang/keeper/postgres_tables.h"
#include "madang/keeper/sqlite_tables.h"

namespace madang::server {

namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";
constexpr std::string_view hidden = "***";
constexpr std::string_view how_to_write = "write sqlite:FILE, postgres://user@host/database, or memory";

/// Returns where the part behind "postgres://" begins, or npos if the text is no address of PostgreSQL.
std::size_t begin_of_postgres(std::string_view text) {
  for (const std::string_view prefix : {"postgres://", "postgresql://"})
    if (text.starts_with(prefix)) return prefix.size();
  return std::string_view::npos;
}

/// "db1:5432,db2", "[::1]:5432"
bool has_good_ports(std::string_view hosts) {
  while (!hosts.empty()) {
    std::string_view host = hosts.substr(0, hosts.find(','));
    hosts.remove_prefix(std::min(hosts.size(), host.size() + 1));
    if (host.starts_with('[')) host.remove_prefix(std::min(host.find(']'), host.size()));
    const std::size_t colon = host.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view port = host.substr(colon + 1);
    if (!std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c) != 0; })) return false;
  }
  return true;
}

/// Returns what is wrong, without any part of the text: libpq's own lines would show parts of a password that
/// is not written correctly.
std::string problem_of_postgres(std::string_view text) {
  const std::string_view rest = text.substr(begin_of_postgres(text));
  const std::size_t at = rest.find('@');
  const bool has_user = at != std::string_view::npos;
  const std::string_view place = has_user ? rest.substr(at + 1) : rest;
  if (has_user && (rest.substr(0, at).contains('/') || place.contains('@')))
    return "the address of the PostgreSQL database has a / or an @ in its user, password or parameters: "
           "write %2F and %40 there";
  if (!has_good_ports(place.substr(0, place.find_first_of("/?"))))
    return "the address of the PostgreSQL database has a port that is no number: write "
           "postgres://user@host:5432/database, and %3A for a : in a password";
  return {};
}

int hex_value(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t value = digits.find(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

/// Returns the text with %41 as A.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_code =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    result += is_code ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (is_code) i += 2;
  }
  return result;
}

/// Hides the values of password=... and sslpassword=...
std::string with_hidden_parameters(std::string_view parameters) {
  std::string result;
  while (!parameters.empty()) {
    const std::string_view one = parameters.substr(0, parameters.find('&'));
    parameters.remove_prefix(std::min(parameters.size(), one.size() + 1));
    const std::string_view name = one.substr(0, one.find('='));
    result += result.empty() ? '?' : '&';
    if (decoded(name).contains("password"))
      result += fmt::format("{}={}", name, hidden);
    else
      result += one;
  }
  return result;
}

/// Precondition: the address has no problem.
std::string with_hidden_password(std::string_view text) {
  const std::size_t begin = begin_of_postgres(text);
  const std::size_t at = text.find('@');
  std::string result;
  std::string_view place = text;
  if (at != std::string_view::npos) {
    const std::size_t colon = text.substr(0, at).find(':', begin);
    result = colon == std::string_view::npos ? std::string(text.substr(0, at))
                                             : fmt::format("{}:{}", text.substr(0, colon), hidden);
    place = text.substr(at);
  }
  const std::size_t parameters = std::min(place.find('?'), place.size());
  result += place.substr(0, parameters);
  if (parameters < place.size()) result += with_hidden_parameters(place.substr(parameters + 1));
  return result;
}

}  // namespace

std::expected<StoreAddress, std::string> parse_store_address(std::string_view text) {
  if (text == "memory") return StoreAddress{StoreType::memory};
  if (text.starts_with(sqlite_prefix)) {
    const std::string_view file = text.substr(sqlite_prefix.size());
    if (file.empty()) return std::unexpected("the name of the file is missing: write sqlite:FILE");
    if (file.starts_with(':'))  // SQLite keeps such names for itself
      return std::unexpected("the name of the file begins with a colon: write another name, or memory");
    return StoreAddress{StoreType::sqlite, std::string(file)};
  }
  if (begin_of_postgres(text) != std::string_view::npos) {
    if (std::string problem = problem_of_postgres(text); !problem.empty())
      return std::unexpected(std::move(problem));
    return StoreAddress{StoreType::postgres, std::string(text)};
  }
  // Anything but a plain name may be an address with a password, written in another way.
  if (text.empty() || text.find_first_of(":=@") != std::string_view::npos)
    return std::unexpected(fmt::format("this is no address of a store: {}", how_to_write));
  return std::unexpected(
      fmt::format("\"{0}\" is no address of a store: {1} (a file: sqlite:{0})", shown(text), how_to_write));
}

std::string shown_address(const StoreAddress& address) {
  switch (address.type) {
    case StoreType::memory: return "memory";
    case StoreType::sqlite: return fmt::format("{}{}", sqlite_prefix, shown(address.text));
    case StoreType::postgres: return shown(with_hidden_password(address.text));
  }
  return {};
}

std::string shown_argument(std::string_view argument) {
  const std::size_t scheme = argument.find("://");
  if (scheme == std::string_view::npos) return std::string(argument);
  const auto address = parse_store_address(argument);
  return address ? shown_address(*address) : fmt::format("{}://{}", argument.substr(0, scheme), hidden);
}

StoreAddress default_store(std::string_view program, const std::string& config_file) {
  std::filesystem::path path(std::u8string(config_file.begin(), config_file.end()));
  path.replace_filename(fmt::format("{}.db", program));
  const std::u8string name = path.u8string();
  return {StoreType::sqlite, std::string(name.begin(), name.end())};
}

keeper::StoreResult<std::unique_ptr<keeper::Tables>> open_tables(const StoreAddress& address,
                                                                 IfMissing if_missing) {
  const bool must_exist = if_missing == IfMissing::fail;
  switch (address.type) {
    case StoreType::sqlite: return keeper::open_sqlite(address.text, {.must_exist = must_exist});
    case StoreType::postgres: return keeper::open_postgres(address.text, {.must_exist = must_exist});
    case StoreType::memory: break;
  }
  if (must_exist)
    return keeper::refused(keeper::StoreFault::cannot_open, "a store in memory is empty when it is opened");
  return keeper::open_sqlite(":memory:");
}

keeper::StoreResult<keeper::Store> open_store(const StoreAddress& address,
                                              std::span<const keeper::Kind> kinds, IfMissing if_missing) {
  auto tables = open_tables(address, if_missing);
  if (!tables) return std::unexpected(std::move(tables.error()));
  return keeper::Store::open(std::move(*tables), kinds);
}

}  // namespace madang::server

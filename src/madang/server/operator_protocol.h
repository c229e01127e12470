// protocol_json(): the tables of a protocol as JSON, for the page /playground.
// clients/web/src/playground/tables.ts is the contract. A pure function; any thread.
#pragma once

#include <nlohmann/json.hpp>

#include "madang/wire/protocol.h"

namespace madang::server {

nlohmann::ordered_json protocol_json(const wire::Protocol& protocol);
/// The table of one record.
nlohmann::ordered_json record_json(const wire::RecordInfo& record);

}  // namespace madang::server

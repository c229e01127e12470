// The databases on which the tests of stores run.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "madang/keeper/sim_disk.h"
#include "madang/keeper/sqlite_tables.h"
#include "unit/temporary_file.h"
#ifdef MADANG_WITH_POSTGRES
#include "madang/keeper/postgres_tables.h"
#include "unit/keeper/postgres_server.h"
#endif

namespace madang::keeper {

struct StorePlace {
  /// A database that is empty at first, and keeps what it has while it is opened and closed.
  class Database {
   public:
    virtual ~Database() = default;
    virtual StoreResult<std::unique_ptr<Tables>> open() = 0;
  };

  std::string name;
  std::function<std::unique_ptr<Database>()> make;

  friend std::ostream& operator<<(std::ostream& out, const StorePlace& place) { return out << place.name; }
};

inline std::vector<StorePlace> store_places() {
  class File final : public StorePlace::Database {
   public:
    StoreResult<std::unique_ptr<Tables>> open() override { return open_sqlite(file_.path()); }

   private:
    TemporaryFile file_{"store"};
  };
  class Simulated final : public StorePlace::Database {
   public:
    StoreResult<std::unique_ptr<Tables>> open() override {
      return open_sqlite("store", {.checkpoint_pages = 12, .vfs = disk_.vfs()});
    }

   private:
    SimDisk disk_{1};
  };
  std::vector<StorePlace> places{{"sqlite_file", [] { return std::make_unique<File>(); }},
                                 {"sqlite_on_simulated_disk", [] { return std::make_unique<Simulated>(); }}};
#ifdef MADANG_WITH_POSTGRES
  class Postgres final : public StorePlace::Database {
   public:
    StoreResult<std::unique_ptr<Tables>> open() override { return open_postgres(database_.address()); }

   private:
    PostgresDatabase database_;
  };
  if (PostgresServer::is_installed())
    places.push_back({"postgres", [] { return std::make_unique<Postgres>(); }});
#endif
  return places;
}

}  // namespace madang::keeper

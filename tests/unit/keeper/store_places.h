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
  return {{"sqlite_file", [] { return std::make_unique<File>(); }},
          {"sqlite_on_simulated_disk", [] { return std::make_unique<Simulated>(); }}};
}

}  // namespace madang::keeper

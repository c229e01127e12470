# The target madang::libpq: the client library of PostgreSQL, which only madang::keeper links. Without it, a store cannot be on
# PostgreSQL. Madang's own build reads this file, and so does the installed package.
if(NOT TARGET madang::libpq)
  find_library(MADANG_LIBPQ pq)
  find_path(MADANG_LIBPQ_HEADERS libpq-fe.h PATH_SUFFIXES postgresql)
  if(MADANG_LIBPQ AND MADANG_LIBPQ_HEADERS)
    add_library(madang::libpq UNKNOWN IMPORTED)
    set_target_properties(madang::libpq PROPERTIES IMPORTED_LOCATION "${MADANG_LIBPQ}"
      INTERFACE_INCLUDE_DIRECTORIES "${MADANG_LIBPQ_HEADERS}")
    if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
      set_target_properties(madang::libpq PROPERTIES IMPORTED_GLOBAL ON)
    endif()
  endif()
endif()

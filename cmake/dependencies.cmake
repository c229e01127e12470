# The libraries of others. A room names those that it needs, so who takes only some rooms needs only their libraries. All but
# fmt, liburing, SQLite, libsodium, libpq and the threads are headers, which are compiled in.
#
# MinGW has no packages of them, so a Windows build on Linux uses Debian's headers, and fmt in its header-only form. It finds
# them through folders of links, because /usr/include also has the C library of Linux. scripts/windows_libraries.sh makes SQLite
# and libsodium for it.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # who takes in this folder links them, too
find_package(Threads REQUIRED)
if(NOT WIN32)
  include(cmake/find_liburing.cmake)
endif()
option(MADANG_POSTGRES "Build the store on PostgreSQL if libpq is there" ON)
if(MADANG_POSTGRES AND NOT WIN32)
  include(cmake/find_postgres.cmake)
endif()

set(madang_headers_of_debian OFF)
if(WIN32 AND CMAKE_HOST_UNIX)
  set(madang_headers_of_debian ON)
endif()
set(madang_installed_fmt include/madang_fmt)  # fmt's headers, where no package of fmt exists

# Of each library: a header that shows where it is, its Debian package, and what a folder of links needs.
set(madang_headers_of_fmt fmt/core.h libfmt-dev fmt)
set(madang_headers_of_boost boost/version.hpp libboost-dev boost)
set(madang_headers_of_nlohmann nlohmann/json.hpp nlohmann-json3-dev nlohmann)
set(madang_headers_of_toml++ toml++/toml.h libtomlplusplus-dev toml++)
set(madang_headers_of_CLI CLI/CLI.hpp libcli11-dev CLI)
set(madang_headers_of_utf8 utf8.h libutfcpp-dev utf8 utf8.h)

# Makes the interface library madang_headers_LIBRARY, if it is not there yet.
function(madang_find_headers library)
  if(TARGET madang_headers_${library})
    return()
  endif()
  list(POP_FRONT madang_headers_of_${library} header debian_package)
  if(madang_headers_of_debian)
    set(folder ${madang_BINARY_DIR}/headers/${library})
    if(EXISTS /usr/include/${header})
      file(MAKE_DIRECTORY ${folder})
      foreach(entry IN LISTS madang_headers_of_${library})
        file(CREATE_LINK /usr/include/${entry} ${folder}/${entry} SYMBOLIC)
      endforeach()
    else()
      set(folder "")
    endif()
  else()
    find_path(MADANG_HEADERS_${library} ${header} PATH_SUFFIXES utf8cpp)
    set(folder ${MADANG_HEADERS_${library}})
  endif()
  if(NOT folder)
    message(FATAL_ERROR "Madang needs ${header} (Debian: apt-get install ${debian_package})")
  endif()
  add_library(madang_headers_${library} INTERFACE)
  target_include_directories(madang_headers_${library} SYSTEM INTERFACE ${folder})
endfunction()

# madang_uses(TARGET LIBRARY...): the libraries are in no public header, so who links the target does not need them.
function(madang_uses target)
  foreach(library IN LISTS ARGN)
    madang_find_headers(${library})
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:madang_headers_${library}>)
  endforeach()
endfunction()

# Links fmt, which public headers show.
function(madang_uses_fmt target)
  if(madang_headers_of_debian)
    madang_find_headers(fmt)
    target_link_libraries(${target} PUBLIC $<BUILD_INTERFACE:madang_headers_fmt>)
    target_include_directories(${target} SYSTEM PUBLIC $<INSTALL_INTERFACE:${madang_installed_fmt}>)
    target_compile_definitions(${target} PUBLIC FMT_HEADER_ONLY)
    return()
  endif()
  find_package(fmt QUIET)
  if(NOT TARGET fmt::fmt)
    message(FATAL_ERROR "Madang needs fmt (Debian: apt-get install libfmt-dev)")
  endif()
  target_link_libraries(${target} PUBLIC fmt::fmt)
endfunction()

# GoogleTest is compiled from source, so that it works with the sanitizers and with MinGW.
if(MADANG_TESTS)
  set(gtest_force_shared_crt ON CACHE BOOL "" FORCE)
  set(INSTALL_GTEST OFF CACHE BOOL "" FORCE)
  add_subdirectory(/usr/src/googletest ${CMAKE_CURRENT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
  target_compile_options(gtest PRIVATE -w -O0)  # an optimised build of it would cost more time than it saves
endif()

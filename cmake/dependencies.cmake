# The libraries: the target madang_dependencies (formatting, logs, settings), and gtest for the tests.
#
# On Linux they are Debian's packages. MinGW has no packages of them, so the Windows build uses the same headers in their
# header-only form. It finds them through a folder of links, because /usr/include also has the C library of Linux. GoogleTest
# is compiled from Debian's source package.
add_library(madang_dependencies INTERFACE)

find_package(Threads REQUIRED)
target_link_libraries(madang_dependencies INTERFACE Threads::Threads)

if(WIN32)
  set(headers ${CMAKE_BINARY_DIR}/headers)
  file(MAKE_DIRECTORY ${headers})
  foreach(library fmt CLI toml++ nlohmann utf8 utf8.h boost)
    file(CREATE_LINK /usr/include/${library} ${headers}/${library} SYMBOLIC)
  endforeach()
  target_include_directories(madang_dependencies SYSTEM INTERFACE ${headers})
  target_compile_definitions(madang_dependencies INTERFACE FMT_HEADER_ONLY
    WIN32_LEAN_AND_MEAN NOMINMAX _WIN32_WINNT=0x0A00 UNICODE _UNICODE)
  target_link_libraries(madang_dependencies INTERFACE ws2_32 mswsock winmm)
else()
  find_package(fmt REQUIRED)
  find_package(tomlplusplus REQUIRED)
  find_package(CLI11 REQUIRED)
  find_package(nlohmann_json REQUIRED)
  find_package(Boost REQUIRED)  # only its headers
  find_library(LIBURING uring REQUIRED)
  target_link_libraries(madang_dependencies INTERFACE fmt::fmt Boost::headers ${LIBURING})
endif()

# GoogleTest is compiled from source, so that it works with the sanitizers and with MinGW.
if(EXISTS /usr/src/googletest)
  set(gtest_force_shared_crt ON CACHE BOOL "" FORCE)
  set(INSTALL_GTEST OFF CACHE BOOL "" FORCE)
  add_subdirectory(/usr/src/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
  target_compile_options(gtest PRIVATE -w -O0)  # an optimised build of it would cost more time than it saves
endif()

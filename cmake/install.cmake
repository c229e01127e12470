# `cmake --install`: the libraries with their public headers, and a package that find_package(madang) finds.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/madang)
set(MADANG_INSTALLED_COMPONENTS ${madang_rooms})
if(MADANG_PAGES)
  list(APPEND MADANG_INSTALLED_COMPONENTS pages)
endif()
list(JOIN MADANG_INSTALLED_COMPONENTS " " MADANG_INSTALLED_COMPONENTS)
set(MADANG_NEEDS_FMT OFF)
if(NOT madang_headers_of_debian)
  set(MADANG_NEEDS_FMT ON)
endif()
set(MADANG_NEEDS_LIBURING OFF)
if(TARGET madang::liburing)
  set(MADANG_NEEDS_LIBURING ON)
endif()
set(MADANG_NEEDS_LIBPQ OFF)
if(TARGET madang::libpq AND keeper IN_LIST madang_rooms)
  set(MADANG_NEEDS_LIBPQ ON)
endif()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/madangConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/madangConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/madangConfigVersion.cmake COMPATIBILITY SameMinorVersion)

set(exported "")
foreach(room IN LISTS madang_rooms)
  list(APPEND exported madang_${room})
endforeach()
install(TARGETS ${exported} EXPORT madangTargets ARCHIVE FILE_SET HEADERS)
install(EXPORT madangTargets NAMESPACE madang:: DESTINATION ${package_dir})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/madangConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/madangConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/requirements.cmake ${CMAKE_CURRENT_LIST_DIR}/find_liburing.cmake
  ${CMAKE_CURRENT_LIST_DIR}/find_keeper_libraries.cmake
  ${CMAKE_CURRENT_LIST_DIR}/find_postgres.cmake
  ${CMAKE_CURRENT_LIST_DIR}/generate.cmake ${CMAKE_CURRENT_LIST_DIR}/pages.cmake
  ${CMAKE_CURRENT_LIST_DIR}/embed_pages.cmake DESTINATION ${package_dir})
if(madang_headers_of_debian)
  install(DIRECTORY /usr/include/fmt DESTINATION ${madang_installed_fmt})
endif()
if(TARGET madang)
  install(TARGETS madang RUNTIME)
endif()

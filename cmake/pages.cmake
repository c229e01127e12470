# madang_pages: compiles a web page into a program, for server::Game::pages(). esbuild bundles its script.
#
#   madang_pages(arena                            # the target
#     FUNCTION arena::pages                       # std::span<const madang::server::Page> arena::pages()
#     HEADER arena/pages.h                        # that declares it; without one, the program declares it by itself
#     SCRIPT page/main.ts                         # bundled into main.js
#     ALIAS arena/protocol=${CMAKE_CURRENT_BINARY_DIR}/protocol.ts   # what the script imports from elsewhere
#     FILES page/index.html page/main.css         # further files; index.html is the page "/"
#     DEPENDS arena_protocol)                     # targets that make what the script imports
find_program(MADANG_ESBUILD esbuild HINTS ${CMAKE_CURRENT_LIST_DIR}/../clients/web/node_modules/.bin
  DOC "bundles the scripts of web pages")

function(madang_pages target)
  cmake_parse_arguments(PARSE_ARGV 1 PAGES "" "FUNCTION;HEADER;SCRIPT" "ALIAS;FILES;DEPENDS")
  if(PAGES_UNPARSED_ARGUMENTS OR NOT PAGES_FUNCTION OR NOT PAGES_SCRIPT)
    message(FATAL_ERROR "madang_pages(${target}) needs FUNCTION and SCRIPT; not expected: ${PAGES_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT MADANG_ESBUILD)
    message(FATAL_ERROR "madang_pages(${target}) needs esbuild (Debian: apt-get install esbuild)")
  endif()
  set(embed ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_pages.cmake)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_pages)
  cmake_path(ABSOLUTE_PATH PAGES_SCRIPT OUTPUT_VARIABLE script)
  cmake_path(GET script PARENT_PATH script_folder)
  cmake_path(GET script STEM name)
  file(GLOB scripts CONFIGURE_DEPENDS ${script_folder}/*)
  set(aliases "")
  foreach(alias IN LISTS PAGES_ALIAS)
    list(APPEND aliases --alias:${alias})
    string(REGEX REPLACE "^[^=]+=" "" file ${alias})
    list(APPEND scripts ${file})
  endforeach()
  set(others "")
  foreach(file IN LISTS PAGES_FILES)
    cmake_path(ABSOLUTE_PATH file)
    list(APPEND others ${file})
  endforeach()
  set(files ${folder}/${name}.js ${others})
  list(JOIN files "," listed)
  add_custom_command(OUTPUT ${folder}/pages.cpp
    COMMAND ${MADANG_ESBUILD} ${script} --outdir=${folder} --bundle --minify --format=esm --target=es2022 --log-level=warning
            ${aliases}
    COMMAND ${CMAKE_COMMAND} -DOUT=${folder}/pages.cpp -DFUNCTION=${PAGES_FUNCTION} -DHEADER=${PAGES_HEADER}
            -DFILES=${listed} -P ${embed}
    DEPENDS ${scripts} ${others} ${PAGES_DEPENDS} ${embed}
    COMMENT "Building the web page of ${target}" VERBATIM)
  target_sources(${target} PRIVATE ${folder}/pages.cpp)
  set_source_files_properties(${folder}/pages.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

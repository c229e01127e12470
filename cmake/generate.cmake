# madang_generate: writes the codecs and documents of a protocol, and again when its tables change.
#
#   madang_generate(chat_protocol                     # a target; it is built with all, and others may depend on it
#     PROTOCOL chat::protocol                         # an expression of C++: a wire::Protocol
#     HEADERS chat/protocol.h                         # what the expression needs
#     LINK chat_rules                                 # libraries that the headers need; madang::wire is always linked
#     TYPESCRIPT protocol.ts CSHARP Protocol.cs       # the files to write, in the folder of the build
#     MARKDOWN protocol.md WIRESHARK chat.lua DICTIONARY chat.dict SCHEMA chat.schema)
function(madang_generate name)
  set(formats TYPESCRIPT CSHARP MARKDOWN WIRESHARK DICTIONARY SCHEMA)
  cmake_parse_arguments(PARSE_ARGV 1 GENERATE "" "PROTOCOL;${formats}" "HEADERS;LINK")
  if(GENERATE_UNPARSED_ARGUMENTS)
    list(JOIN GENERATE_UNPARSED_ARGUMENTS " " unexpected)
    list(JOIN formats ", " known)
    message(FATAL_ERROR "madang_generate(${name}): not expected: ${unexpected}; the formats are ${known}")
  endif()
  if(NOT GENERATE_PROTOCOL OR NOT GENERATE_HEADERS)
    message(FATAL_ERROR "madang_generate(${name}) needs PROTOCOL and HEADERS, such as PROTOCOL chat::protocol HEADERS chat/protocol.h")
  endif()
  if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    message(FATAL_ERROR "madang_generate(${name}) runs a program of this build. To build for another system, set "
      "CMAKE_CROSSCOMPILING_EMULATOR to what runs its programs here, such as wine.")
  endif()

  list(TRANSFORM GENERATE_HEADERS REPLACE "(.+)" "#include \"\\1\"")
  list(JOIN GENERATE_HEADERS "\n" headers)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}_writer.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Made by madang_generate(${name}).
${headers}
#include \"madang/wire/protocol.h\"

int main(int argc, char** argv) { return madang::wire::protocol_main(${GENERATE_PROTOCOL}, argc, argv); }
" @ONLY)
  add_executable(${name}_writer ${source})
  target_link_libraries(${name}_writer PRIVATE madang::wire ${GENERATE_LINK})
  target_include_directories(${name}_writer PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})

  set(files "")
  foreach(format IN LISTS formats)
    if(GENERATE_${format})
      cmake_path(ABSOLUTE_PATH GENERATE_${format} BASE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR} OUTPUT_VARIABLE file)
      string(TOLOWER ${format} option)
      cmake_path(GET file PARENT_PATH folder)
      file(MAKE_DIRECTORY ${folder})
      add_custom_command(OUTPUT ${file} COMMAND ${name}_writer --${option} ${file} DEPENDS ${name}_writer VERBATIM
        COMMENT "Writing ${file}")
      list(APPEND files ${file})
    endif()
  endforeach()
  if(NOT files)
    message(FATAL_ERROR "madang_generate(${name}) names no file to write, such as TYPESCRIPT protocol.ts")
  endif()
  add_custom_target(${name} ALL DEPENDS ${files})
endfunction()

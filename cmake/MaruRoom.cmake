# maru_room(NAME [DEPENDS room...] [LINK lib...] [GENERATED file...])
#
# One call makes a room: the library maru_NAME from every .cc below src/NAME, and the test program NAME_test from
# tests/unit/NAME/*_test.cc. A new source or test file is picked up without touching a list. Which rooms may be
# included from where is not decided here but in docs/layers.txt (linking alone does not stop a wrong include).
function(maru_room NAME)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LINK;GENERATED" ${ARGN})
  string(REPLACE "/" "_" ID "${NAME}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${NAME}/*.cc)
  add_library(maru_${ID} STATIC ${sources} ${ROOM_GENERATED})
  target_link_libraries(maru_${ID} PUBLIC maru_flags ${ROOM_LINK})
  foreach(room IN LISTS ROOM_DEPENDS)
    string(REPLACE "/" "_" room_id "${room}")
    target_link_libraries(maru_${ID} PUBLIC maru_${room_id})
  endforeach()
  maru_use_pch(maru_${ID})
  if(MARU_TESTS)
    file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${NAME}/*_test.cc)
    if(tests)
      add_executable(${ID}_test ${tests})
      target_link_libraries(${ID}_test PRIVATE maru_${ID} GTest::gtest GTest::gmock GTest::gtest_main)
      target_include_directories(${ID}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit)
      target_compile_definitions(${ID}_test PRIVATE MARU_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
      maru_use_pch(${ID}_test)
      add_test(NAME unit.${NAME} COMMAND ${ID}_test --gtest_brief=1)
      set_tests_properties(unit.${NAME} PROPERTIES TIMEOUT 600 LABELS unit
        ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan_suppressions.txt")
    endif()
  endif()
endfunction()

# One precompiled header of standard and JSON headers for the whole house: 1.4 s a file becomes 0.2 s.
function(maru_use_pch TARGET)
  if(MARU_PCH)
    target_precompile_headers(${TARGET} REUSE_FROM maru_pch)
  endif()
endfunction()

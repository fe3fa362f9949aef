# cmake -DFOLDER=… -DOUTPUT=… -P EmbedMigrations.cmake: writes FOLDER/NNNN_what.sql, in order, into the C++ file OUTPUT.
file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*.sql)
list(SORT files)
set(rows "")
set(last "")
foreach(file IN LISTS files)
  if(NOT file MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "${FOLDER}/${file}: a migration is called NNNN_what.sql")
  endif()
  set(number ${CMAKE_MATCH_1})
  if(number STREQUAL last)
    message(FATAL_ERROR "${FOLDER}/${file}: number ${number} is taken by another file")
  endif()
  set(last ${number})
  file(READ ${FOLDER}/${file} sql)
  string(REGEX REPLACE "^0+" "" number "${number}")
  string(APPEND rows "    {${number}, \"${file}\", R\"maru_sql(${sql})maru_sql\"},\n")
endforeach()
list(LENGTH files count)
file(WRITE ${OUTPUT} "// Written by cmake/EmbedMigrations.cmake.
#include \"store/migrations.h\"

namespace maru::store {
namespace {

constexpr std::array<Migration, ${count}> kMigrations{{
${rows}}};

}  // namespace

std::span<const Migration> embedded_migrations() { return kMigrations; }

}  // namespace maru::store
")

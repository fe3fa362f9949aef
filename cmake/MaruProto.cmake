# maru_proto(OUT FILE): generates the C++ of a .proto file with its gRPC services. OUT gets the sources, to be given to
# maru_room(… GENERATED …); the headers are included as "NAME.pb.h" and "NAME.grpc.pb.h" with the folder OUT_FOLDER.
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

function(maru_proto OUT FILE)
  get_filename_component(name ${FILE} NAME_WE)
  get_filename_component(folder ${FILE} DIRECTORY)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${generated})
  set(sources ${generated}/${name}.pb.cc ${generated}/${name}.grpc.pb.cc)
  add_custom_command(
    OUTPUT ${sources} ${generated}/${name}.pb.h ${generated}/${name}.grpc.pb.h
    COMMAND ${PROTOC} --proto_path=${folder} --cpp_out=${generated} --grpc_out=${generated}
            --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} ${FILE}
    DEPENDS ${FILE} VERBATIM)
  # Not our code: no warnings, and no precompiled header that it does not use.
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS -w SKIP_PRECOMPILE_HEADERS ON)
  set(${OUT} ${sources} PARENT_SCOPE)
  set(${OUT}_FOLDER ${generated} PARENT_SCOPE)
endfunction()

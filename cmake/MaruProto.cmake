# maru_proto(NAME FILE): the static library NAME from a .proto file with its gRPC services; whoever links it includes
# "FILE.pb.h" and "FILE.grpc.pb.h". A target of its own, so that nothing but its users waits for the generator.
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

function(maru_proto NAME FILE)
  get_filename_component(file ${FILE} NAME_WE)
  get_filename_component(folder ${FILE} DIRECTORY)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated/${NAME})
  file(MAKE_DIRECTORY ${generated})
  set(sources ${generated}/${file}.pb.cc ${generated}/${file}.grpc.pb.cc)
  add_custom_command(
    OUTPUT ${sources} ${generated}/${file}.pb.h ${generated}/${file}.grpc.pb.h
    COMMAND ${PROTOC} --proto_path=${folder} --cpp_out=${generated} --grpc_out=${generated}
            --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} ${FILE}
    DEPENDS ${FILE} VERBATIM)
  add_library(${NAME} STATIC ${sources})
  target_compile_options(${NAME} PRIVATE -w)  # not our code
  target_include_directories(${NAME} SYSTEM PUBLIC ${generated})
  target_link_libraries(${NAME} PUBLIC grpc++ protobuf)
endfunction()

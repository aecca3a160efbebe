# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Target alk_gen: src/<room>/<noun>.sql -> <build>/gen/<room>/<noun>.sql.h,
# db/slots.h and db/all.sql.h, by one run over all of them because a
# statement's slot is unique in the library; src/graph/reference/*.json ->
# <build>/gen/graph/reference.json.h.

# Made for the machine that builds; cross builds bring their own.
set(ALK_SQLPACK "" CACHE FILEPATH "sqlpack for this machine, cross builds")
if(ALK_SQLPACK)
	set(sqlpack ${ALK_SQLPACK})
else()
	add_executable(sqlpack tools/sqlpack.c)
	target_link_libraries(sqlpack PRIVATE alk_strict)
	set(sqlpack sqlpack)
endif()

file(GLOB sql RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS src/*/*.sql)
list(SORT sql)
set(headers ${ALK_GEN}/db/slots.h ${ALK_GEN}/db/all.sql.h)
foreach(file IN LISTS sql)
	string(REGEX REPLACE "^src/" "" file ${file})
	list(APPEND headers ${ALK_GEN}/${file}.h)
endforeach()
# A file that went or came changes the command line, hence runs it again.
add_custom_command(OUTPUT ${ALK_GEN}/sql.stamp BYPRODUCTS ${headers}
	COMMAND ${sqlpack} ${ALK_GEN} ${sql}
	COMMAND ${CMAKE_COMMAND} -E touch ${ALK_GEN}/sql.stamp
	DEPENDS ${sql}
	WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
	COMMENT "SQL -> C"
	VERBATIM)

# The reference graph types: JSON as it is read, bytes as it is compiled.
file(GLOB references CONFIGURE_DEPENDS src/graph/reference/*.json)
list(SORT references)
set(reference_header ${ALK_GEN}/graph/reference.json.h)
add_custom_command(OUTPUT ${reference_header}
	COMMAND ${CMAKE_COMMAND} -DOUT=${reference_header}
		-P ${PROJECT_SOURCE_DIR}/tools/cmake/pack.cmake -- ${references}
	DEPENDS ${references} tools/cmake/pack.cmake
	COMMENT "JSON -> C"
	VERBATIM)

add_custom_target(alk_gen DEPENDS ${ALK_GEN}/sql.stamp ${reference_header})

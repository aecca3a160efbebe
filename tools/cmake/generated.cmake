# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Target alk_gen: src/<room>/<noun>.sql -> <build>/gen/<room>/<noun>.sql.h,
# db/slots.h and db/all.sql.h, by one run over all of them because a
# statement's slot is unique in the library; src/module/reference/*.json ->
# <build>/gen/module/reference.json.h; src/schema/meta/*.json ->
# <build>/gen/schema/meta.json.h.

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

# The reference graph types and JSON Schema's meta-schemas: JSON as it is read,
# bytes as it is compiled.
function(alk_pack header prefix list)
	add_custom_command(OUTPUT ${header}
		COMMAND ${CMAKE_COMMAND} -DOUT=${header} -DPREFIX=${prefix}
			-DLIST=${list}
			-P ${PROJECT_SOURCE_DIR}/tools/cmake/pack.cmake -- ${ARGN}
		DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/tools/cmake/pack.cmake
		COMMENT "JSON -> C"
		VERBATIM)
endfunction()

file(GLOB references CONFIGURE_DEPENDS src/module/reference/*.json)
list(SORT references)
set(reference_header ${ALK_GEN}/module/reference.json.h)
alk_pack(${reference_header} reference
	"const struct module_reference module_references[]" ${references})
file(GLOB metas CONFIGURE_DEPENDS src/schema/meta/*.json)
list(SORT metas)
set(meta_header ${ALK_GEN}/schema/meta.json.h)
alk_pack(${meta_header} meta "" ${metas})

add_custom_target(alk_gen
	DEPENDS ${ALK_GEN}/sql.stamp ${reference_header} ${meta_header})

# SPDX-License-Identifier: MIT OR Apache-2.0
#
# libhonker_ext.so: the rooms base, db, events and ext, compiled once more
# against the host's function table. No library beside the C library is linked.

file(GLOB sources CONFIGURE_DEPENDS
	src/base/*.c src/db/*.c src/events/*.c src/ext/*.c)
list(FILTER sources EXCLUDE REGEX "_test\\.c$|/src/ext/graph")
list(APPEND sources
	${PROJECT_SOURCE_DIR}/src/json/push.c
	${PROJECT_SOURCE_DIR}/src/json/write.c
	${PROJECT_SOURCE_DIR}/src/json/decimal.c)

add_library(honker_ext MODULE ${sources})
add_dependencies(honker_ext alk_gen)
target_compile_definitions(honker_ext PRIVATE ALK_BUILD ALK_HOST_SQLITE)
target_compile_options(honker_ext PRIVATE
	-ffunction-sections -fdata-sections)
target_include_directories(honker_ext SYSTEM PRIVATE
	$<TARGET_PROPERTY:alk_sqlite,INTERFACE_INCLUDE_DIRECTORIES>
	$<TARGET_PROPERTY:PkgConfig::yyjson,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(honker_ext PRIVATE
	alk_private Threads::Threads m)
target_link_options(honker_ext PRIVATE -Wl,--gc-sections
	-Wl,--version-script=${PROJECT_SOURCE_DIR}/src/ext/exports.map)
set_target_properties(honker_ext PROPERTIES
	C_VISIBILITY_PRESET hidden
	LINK_DEPENDS ${PROJECT_SOURCE_DIR}/src/ext/exports.map)
if(NOT ALK_SANITIZE AND NOT ALK_FUZZ)
	target_link_options(honker_ext PRIVATE -Wl,--no-undefined)
endif()
# A program shows a library that it loads all that this instrumentation needs
# but the depth of its stack (fuzz/ext_fuzz.c).
if(ALK_FUZZ)
	target_compile_options(honker_ext PRIVATE
		-fno-sanitize-coverage=stack-depth)
	target_link_libraries(honker_ext PRIVATE PkgConfig::yyjson)
endif()

# alkstore_ext.so: the graphs, in the same way. JSON and patterns are read by
# the libraries that the store uses.
file(GLOB sources CONFIGURE_DEPENDS
	src/base/*.c src/json/*.c src/schema/*.c src/filter/*.c src/module/*.c
	src/db/*.c src/events/*.c src/graph/*.c src/algorithm/*.c src/feed/*.c
	src/ext/graph*.c)
list(FILTER sources EXCLUDE REGEX "_test\\.c$")

add_library(alkstore_ext MODULE ${sources})
add_dependencies(alkstore_ext alk_gen)
target_compile_definitions(alkstore_ext PRIVATE ALK_BUILD ALK_HOST_SQLITE)
target_compile_options(alkstore_ext PRIVATE
	-ffunction-sections -fdata-sections)
target_include_directories(alkstore_ext SYSTEM PRIVATE
	$<TARGET_PROPERTY:alk_sqlite,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(alkstore_ext PRIVATE
	alk_private PkgConfig::yyjson PkgConfig::pcre2 Threads::Threads m)
target_link_options(alkstore_ext PRIVATE -Wl,--gc-sections
	-Wl,--version-script=${PROJECT_SOURCE_DIR}/src/ext/graph_exports.map)
set_target_properties(alkstore_ext PROPERTIES
	PREFIX ""
	C_VISIBILITY_PRESET hidden
	LINK_DEPENDS ${PROJECT_SOURCE_DIR}/src/ext/graph_exports.map)
if(NOT ALK_SANITIZE AND NOT ALK_FUZZ)
	target_link_options(alkstore_ext PRIVATE -Wl,--no-undefined)
endif()

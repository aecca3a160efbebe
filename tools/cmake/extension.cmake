# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The loadable extensions. What knows SQLite, the rooms db and ext, is compiled
# once more against the host's function table; all else they take from the
# objects of the library, as far as they use it.
#
#   honker_ext     libhonker_ext.so, the events. No library beside the C library
#                  is linked.
#   alkstore_ext   alkstore_ext.so, the graphs. JSON and patterns are read by
#                  the libraries that the store uses.

file(GLOB db_sources CONFIGURE_DEPENDS src/db/*.c)
file(GLOB ext_sources CONFIGURE_DEPENDS src/ext/*.c)
list(FILTER db_sources EXCLUDE REGEX "_test\\.c$")
list(FILTER ext_sources EXCLUDE REGEX "_test\\.c$")

add_library(alk_host_db OBJECT ${db_sources})
set_target_properties(alk_host_db PROPERTIES POSITION_INDEPENDENT_CODE ON)
set(sources ${ext_sources})
list(FILTER sources EXCLUDE REGEX "/src/ext/graph")
add_library(honker_ext MODULE ${sources} $<TARGET_OBJECTS:alk_host_db>)
set(sources ${ext_sources})
list(FILTER sources INCLUDE REGEX "/src/ext/graph")
add_library(alkstore_ext MODULE ${sources} $<TARGET_OBJECTS:alk_host_db>)

foreach(target IN ITEMS alk_host_db honker_ext alkstore_ext)
	add_dependencies(${target} alk_gen)
	target_compile_definitions(${target} PRIVATE
		ALK_BUILD ALK_HOST_SQLITE)
	target_compile_options(${target} PRIVATE
		-ffunction-sections -fdata-sections)
	target_include_directories(${target} SYSTEM PRIVATE
		$<TARGET_PROPERTY:alk_sqlite,INTERFACE_INCLUDE_DIRECTORIES>
		$<TARGET_PROPERTY:PkgConfig::yyjson,INTERFACE_INCLUDE_DIRECTORIES>)
	target_link_libraries(${target} PRIVATE alk_private)
	set_target_properties(${target} PROPERTIES C_VISIBILITY_PRESET hidden)
endforeach()

foreach(target IN ITEMS honker_ext alkstore_ext)
	set(map ${PROJECT_SOURCE_DIR}/src/ext/exports.map)
	if(target STREQUAL "alkstore_ext")
		set(map ${PROJECT_SOURCE_DIR}/src/ext/graph_exports.map)
	endif()
	target_link_libraries(${target} PRIVATE alk_rooms)
	target_link_options(${target} PRIVATE -Wl,--gc-sections
		-Wl,--version-script=${map})
	set_target_properties(${target} PROPERTIES LINK_DEPENDS ${map})
	if(NOT ALK_SANITIZE AND NOT ALK_FUZZ)
		target_link_options(${target} PRIVATE -Wl,--no-undefined)
	endif()
endforeach()
target_link_libraries(honker_ext PRIVATE Threads::Threads m)
target_link_libraries(alkstore_ext PRIVATE
	PkgConfig::yyjson PkgConfig::pcre2 Threads::Threads m)
set_target_properties(alkstore_ext PROPERTIES PREFIX "")

# Its tests need a host without sanitizers.
if(ALK_SANITIZE OR ALK_FUZZ)
	set_target_properties(alkstore_ext PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

# A program shows a library that it loads all that this instrumentation needs
# but the depth of its stack (fuzz/ext_fuzz.c).
if(ALK_FUZZ)
	foreach(target IN ITEMS alkstore_rooms alk_host_db honker_ext)
		target_compile_options(${target} PRIVATE
			-fno-sanitize-coverage=stack-depth)
	endforeach()
	target_link_libraries(honker_ext PRIVATE PkgConfig::yyjson)
endif()

# SPDX-License-Identifier: MIT OR Apache-2.0
#
# alkstore_objects -> alkstore_static (libalkstore.a, internal names within
# reach of the tests) and alkstore_shared (libalkstore.so, public names only).

file(GLOB sources CONFIGURE_DEPENDS src/*/*.c)
list(FILTER sources EXCLUDE REGEX "_test\\.c$|/src/cli/|/src/ext/(honker|graph)")
if(NOT sources)
	file(WRITE ${ALK_GEN}/empty.c "extern int alk_empty;\n")
	set(sources ${ALK_GEN}/empty.c)
endif()

add_library(alkstore_objects OBJECT ${sources})
add_dependencies(alkstore_objects alk_gen)
target_compile_definitions(alkstore_objects PRIVATE ALK_BUILD)
set_target_properties(alkstore_objects PROPERTIES
	POSITION_INDEPENDENT_CODE ON
	C_VISIBILITY_PRESET hidden)
target_link_libraries(alkstore_objects PRIVATE
	alk_private alk_sqlite PkgConfig::yyjson PkgConfig::pcre2
	PkgConfig::expat)

add_library(alkstore_static STATIC
	$<TARGET_OBJECTS:alkstore_objects> ${ALK_SQLITE_OBJECT})
add_library(alkstore_shared SHARED
	$<TARGET_OBJECTS:alkstore_objects> ${ALK_SQLITE_OBJECT})
set_target_properties(alkstore_shared PROPERTIES
	VERSION ${PROJECT_VERSION}
	SOVERSION ${PROJECT_VERSION_MAJOR})

set(ALK_LINK_LIBRARIES PkgConfig::yyjson PkgConfig::pcre2 PkgConfig::expat
	Threads::Threads m)
if(ALK_SYSTEM_SQLITE)
	list(APPEND ALK_LINK_LIBRARIES PkgConfig::sqlite3)
endif()
foreach(kind IN ITEMS static shared)
	set_target_properties(alkstore_${kind} PROPERTIES
		OUTPUT_NAME alkstore
		LINKER_LANGUAGE C)
	target_include_directories(alkstore_${kind} INTERFACE
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
	target_link_libraries(alkstore_${kind} PRIVATE ${ALK_LINK_LIBRARIES})
endforeach()
add_library(alkstore::alkstore ALIAS alkstore_shared)
add_library(alkstore::static ALIAS alkstore_static)

# The names that the shared library lets out. The list is kept in the tree;
# before there is one, it is what the header declares.
set(header ${PROJECT_SOURCE_DIR}/include/alkstore.h)
set(ALK_EXPORTS ${PROJECT_SOURCE_DIR}/src/exports.list)
if(NOT EXISTS ${ALK_EXPORTS} AND EXISTS ${header})
	set(ALK_EXPORTS ${ALK_GEN}/exports.list)
	file(MAKE_DIRECTORY ${ALK_GEN})
	execute_process(
		COMMAND awk -f ${PROJECT_SOURCE_DIR}/tools/exports.awk ${header}
		COMMAND env LC_ALL=C sort
		OUTPUT_FILE ${ALK_EXPORTS}
		COMMAND_ERROR_IS_FATAL ANY)
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
	${header} ${PROJECT_SOURCE_DIR}/src/exports.list)

set(names "")
if(EXISTS ${ALK_EXPORTS})
	file(STRINGS ${ALK_EXPORTS} names)
endif()
set(map "{\n")
if(names)
	list(JOIN names ";\n\t\t" joined)
	string(APPEND map "\tglobal:\n\t\t${joined};\n")
endif()
string(APPEND map "\tlocal:\n\t\t*;\n};\n")
file(CONFIGURE OUTPUT ${ALK_GEN}/exports.map CONTENT "${map}" @ONLY)
target_link_options(alkstore_shared PRIVATE
	-Wl,--version-script=${ALK_GEN}/exports.map)
set_target_properties(alkstore_shared PROPERTIES
	LINK_DEPENDS ${ALK_GEN}/exports.map)
if(NOT ALK_SANITIZE AND NOT ALK_FUZZ)
	target_link_options(alkstore_shared PRIVATE -Wl,--no-undefined)
endif()

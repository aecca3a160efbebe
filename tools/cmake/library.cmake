# SPDX-License-Identifier: MIT OR Apache-2.0
#
# alkstore_rooms and alkstore_db, the objects of the room db, make
# alkstore_static (libalkstore.a, internal names within reach of the tests) and
# alkstore_shared (libalkstore.so, public names only). alk_rooms is an archive of
# the first, for the extensions, which have a db of their own (extension.cmake).

file(GLOB sources CONFIGURE_DEPENDS src/*/*.c)
list(FILTER sources EXCLUDE REGEX
	"_test\\.c$|/src/cli/|/src/db/|/src/ext/(honker|graph)")
file(GLOB db_sources CONFIGURE_DEPENDS src/db/*.c)
list(FILTER db_sources EXCLUDE REGEX "_test\\.c$")

add_library(alkstore_rooms OBJECT ${sources})
add_library(alkstore_db OBJECT ${db_sources})
foreach(objects IN ITEMS alkstore_rooms alkstore_db)
	add_dependencies(${objects} alk_gen)
	target_compile_definitions(${objects} PRIVATE ALK_BUILD)
	target_compile_options(${objects} PRIVATE
		-ffunction-sections -fdata-sections)
	set_target_properties(${objects} PROPERTIES
		POSITION_INDEPENDENT_CODE ON
		C_VISIBILITY_PRESET hidden)
	target_link_libraries(${objects} PRIVATE
		alk_private alk_sqlite PkgConfig::yyjson PkgConfig::pcre2
		PkgConfig::expat)
endforeach()
add_library(alk_rooms STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:alkstore_rooms>)

set(objects $<TARGET_OBJECTS:alkstore_rooms> $<TARGET_OBJECTS:alkstore_db>)
add_library(alkstore_static STATIC ${objects} ${ALK_SQLITE_OBJECT})
add_library(alkstore_shared SHARED ${objects} ${ALK_SQLITE_OBJECT})
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

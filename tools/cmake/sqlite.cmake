# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Which SQLite is used, as target alk_sqlite (headers, and the library of the
# system where that was asked for) and ALK_SQLITE_OBJECT (the compiled
# amalgamation, a part of our libraries).
#
# Compiling it takes a minute, so all build trees share what was compiled:
# deps/cache/obj/<hash of source, compiler and flags>/sqlite3.o.

add_library(alk_sqlite INTERFACE)
set(ALK_SQLITE_OBJECT "")

if(ALK_SYSTEM_SQLITE)
	pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
	if(sqlite3_VERSION VERSION_LESS 3.51.3
			AND NOT ALK_ALLOW_WAL_RESET_RACE)
		message(FATAL_ERROR
			"The system's SQLite is ${sqlite3_VERSION}. Versions "
			"3.7.0 to 3.51.2 have the WAL-reset race: two "
			"connections and a checkpoint at the wrong moment "
			"lose committed pages. Leave out ALK_SYSTEM_SQLITE "
			"to build with the pinned amalgamation, or accept "
			"the race with -DALK_ALLOW_WAL_RESET_RACE=ON.")
	endif()
	message(STATUS "SQLite ${sqlite3_VERSION} of the system")
	target_link_libraries(alk_sqlite INTERFACE PkgConfig::sqlite3)
	return()
endif()

set(dir ${ALK_SQLITE_AMALGAMATION})
if(NOT dir)
	set(dir ${PROJECT_SOURCE_DIR}/deps/cache/sqlite3)
endif()
if(NOT EXISTS ${dir}/sqlite3.c OR NOT EXISTS ${dir}/sqlite3.h)
	message(FATAL_ERROR
		"No sqlite3.c and sqlite3.h in ${dir}. Run tools/setup build "
		"to fetch the pinned amalgamation, or name the folder of "
		"another one with -DALK_SQLITE_AMALGAMATION=DIR.")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
	${dir}/sqlite3.c)

file(STRINGS ${dir}/sqlite3.h version LIMIT_COUNT 1
	REGEX "^#define SQLITE_VERSION ")
string(REGEX MATCH "[0-9.]+" version "${version}")
if(version VERSION_LESS 3.51.3 AND NOT ALK_ALLOW_WAL_RESET_RACE)
	message(FATAL_ERROR
		"${dir} holds SQLite ${version}, which has the WAL-reset race "
		"(lost pages). Use 3.51.3 or newer, or accept the race with "
		"-DALK_ALLOW_WAL_RESET_RACE=ON.")
endif()
message(STATUS "SQLite ${version} from ${dir}")

# Flags of its own: not our warnings, but our sanitizers.
set(flags -std=gnu11 -O2 -g -w -fPIC -fvisibility=hidden
	-DSQLITE_THREADSAFE=1
	-DSQLITE_DQS=0
	-DSQLITE_DEFAULT_MEMSTATUS=0
	-DSQLITE_DEFAULT_WAL_SYNCHRONOUS=1
	-DSQLITE_LIKE_DOESNT_MATCH_BLOBS
	-DSQLITE_ENABLE_NULL_TRIM
	-DSQLITE_OMIT_DEPRECATED
	-DSQLITE_OMIT_LOAD_EXTENSION
	-DSQLITE_OMIT_SHARED_CACHE
	-DSQLITE_USE_URI=0
	-DHAVE_FDATASYNC=1)
if(ALK_SANITIZE MATCHES address)
	list(APPEND flags -fsanitize=address -fno-omit-frame-pointer)
elseif(ALK_SANITIZE MATCHES thread)
	list(APPEND flags -fsanitize=thread -fno-omit-frame-pointer)
endif()

file(SHA256 ${dir}/sqlite3.c hash)
execute_process(COMMAND ${CMAKE_C_COMPILER} -dumpmachine
	OUTPUT_VARIABLE machine OUTPUT_STRIP_TRAILING_WHITESPACE)
string(SHA256 hash "${hash} ${machine} ${CMAKE_C_COMPILER_ID} \
${CMAKE_C_COMPILER_VERSION} ${CMAKE_C_FLAGS} ${flags}")
string(SUBSTRING ${hash} 0 16 hash)

# The build tree has a copy, so that "clean" leaves the shared one alone.
separate_arguments(user_flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
set(shared ${PROJECT_SOURCE_DIR}/deps/cache/obj/${hash}/sqlite3.o)
set(ALK_SQLITE_OBJECT ${PROJECT_BINARY_DIR}/sqlite3-${hash}.o)
add_custom_command(OUTPUT ${ALK_SQLITE_OBJECT}
	COMMAND ${PROJECT_SOURCE_DIR}/tools/once ${shared}
		${CMAKE_C_COMPILER} ${user_flags} ${flags}
		-c ${dir}/sqlite3.c -o @out@
	COMMAND ${CMAKE_COMMAND} -E copy ${shared} ${ALK_SQLITE_OBJECT}
	COMMENT "SQLite ${version} (about a minute, once a configuration)"
	VERBATIM)
set_source_files_properties(${ALK_SQLITE_OBJECT} PROPERTIES
	EXTERNAL_OBJECT ON GENERATED ON)
target_include_directories(alk_sqlite SYSTEM INTERFACE ${dir})

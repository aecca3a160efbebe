# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Flags of our own sources, as two interface targets:
#   alk_strict    warnings and <alkstore.h>
#   alk_private   the above, the rooms' headers and the generated ones

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(yyjson REQUIRED IMPORTED_TARGET yyjson>=0.9)
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(expat REQUIRED IMPORTED_TARGET expat>=2.4)

set(ALK_GEN ${PROJECT_BINARY_DIR}/gen)

add_library(alk_strict INTERFACE)
target_compile_options(alk_strict INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion
	-Wstrict-prototypes -Wmissing-prototypes -Wvla
	$<$<BOOL:${ALK_WERROR}>:-Werror>)
target_compile_definitions(alk_strict INTERFACE
	_POSIX_C_SOURCE=200809L "_DEFAULT_SOURCE=")
target_include_directories(alk_strict INTERFACE ${PROJECT_SOURCE_DIR}/include)

add_library(alk_private INTERFACE)
target_link_libraries(alk_private INTERFACE alk_strict)
target_include_directories(alk_private INTERFACE
	${PROJECT_SOURCE_DIR}/src ${ALK_GEN})

# Everything is compiled with the sanitizers, SQLite too: sqlite.cmake.
if(ALK_SANITIZE)
	add_compile_options(-fsanitize=${ALK_SANITIZE}
		-fno-omit-frame-pointer -fno-sanitize-recover=all)
	add_link_options(-fsanitize=${ALK_SANITIZE})
endif()
if(ALK_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
		message(FATAL_ERROR
			"ALK_FUZZ needs clang: cmake --preset fuzz")
	endif()
	add_compile_options(-fsanitize=fuzzer-no-link)
endif()

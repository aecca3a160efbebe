# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The tests that are found by their place. Names in CTest: unit/<room>/<noun>
# and lint/<what>. Label "slow": left out by ./check unless --all. COST: those
# that take longest begin first, where ctest has not seen their times yet.

pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET cmocka)

# Helpers, if there are some: alk_testlib.
file(GLOB sources CONFIGURE_DEPENDS test/lib/*.c)
if(sources)
	add_library(alk_testlib STATIC ${sources})
	add_dependencies(alk_testlib alk_gen)
	target_include_directories(alk_testlib PUBLIC test/lib)
	target_link_libraries(alk_testlib
		PUBLIC alk_private alk_sqlite alkstore_static
			PkgConfig::yyjson PkgConfig::cmocka)
else()
	add_library(alk_testlib INTERFACE)
	target_include_directories(alk_testlib INTERFACE test/lib)
	target_link_libraries(alk_testlib
		INTERFACE alk_private alk_sqlite alkstore_static
			PkgConfig::yyjson PkgConfig::cmocka)
endif()

file(GLOB sources CONFIGURE_DEPENDS src/*/*_test.c)
foreach(source IN LISTS sources)
	string(REGEX REPLACE ".*/src/([^/]+)/([^/]+)_test\\.c$" "\\1;\\2"
		name ${source})
	list(JOIN name "_" target)
	list(JOIN name "/" name)
	add_executable(unit_${target} ${source})
	add_dependencies(unit_${target} alk_gen)
	target_link_libraries(unit_${target} PRIVATE alk_testlib)
	# Its own files are no part of the library.
	if(name MATCHES "^cli/")
		target_link_libraries(unit_${target} PRIVATE alk_command)
	endif()
	add_test(NAME unit/${name} COMMAND unit_${target}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(unit/${name} PROPERTIES TIMEOUT 120)
endforeach()

foreach(name IN ITEMS schema/hostile algorithm/memory
	events/watch events/watch_file events/side)
	if(TEST unit/${name})
		set_tests_properties(unit/${name} PROPERTIES COST 10)
	endif()
endforeach()

# alk_lint(NAME WORD...) runs a checker from tools/ at the top of the tree.
# 77: what it needs is not on this machine (./check puts it there).
function(alk_lint name)
	add_test(NAME lint/${name} COMMAND ${ARGN}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(lint/${name} PROPERTIES
		TIMEOUT 120 SKIP_RETURN_CODE 77)
endfunction()

alk_lint(rooms tools/lint rooms)
alk_lint(style tools/lint style)
alk_lint(errors tools/lint errors)
alk_lint(header tools/lint header)
alk_lint(declared tools/lint declared ${ALK_EXPORTS})
alk_lint(exports tools/lint exports ${ALK_EXPORTS}
	$<TARGET_FILE:alkstore_shared>)
alk_lint(selftest tools/selftest $<TARGET_FILE:sqlpack>)

# What is installed can be used. Not with sanitizers: strangers have none.
if(PROJECT_IS_TOP_LEVEL AND NOT ALK_SANITIZE AND NOT ALK_FUZZ)
	add_test(NAME install/use COMMAND tools/installtest ${PROJECT_BINARY_DIR}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(install/use PROPERTIES TIMEOUT 120)
endif()

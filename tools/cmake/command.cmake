# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The command line, alk. All of it but main() is compiled once for it and for
# the unit tests of its files (tests.cmake): alk_command.

file(GLOB sources CONFIGURE_DEPENDS src/cli/*.c)
list(FILTER sources EXCLUDE REGEX "_test\\.c$|/main\\.c$")
if(sources)
	add_library(alk_command OBJECT ${sources})
	add_dependencies(alk_command alk_gen)
	target_link_libraries(alk_command PUBLIC alk_private alkstore_static)
	add_executable(alk src/cli/main.c)
	target_link_libraries(alk PRIVATE alk_command)
endif()

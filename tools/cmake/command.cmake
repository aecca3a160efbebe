# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The command line, alk.

file(GLOB sources CONFIGURE_DEPENDS src/cli/*.c)
list(FILTER sources EXCLUDE REGEX "_test\\.c$")
if(sources)
	add_executable(alk ${sources})
	add_dependencies(alk alk_gen)
	target_link_libraries(alk PRIVATE alk_private alkstore_static)
endif()

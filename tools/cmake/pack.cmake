# SPDX-License-Identifier: MIT OR Apache-2.0
#
# cmake -DOUT=header -P pack.cmake FILE.json...
#
# Writes files as C arrays that end with a NUL, named reference_<file> with _ for
# what is no letter, and a list of { name, text } in the order given.

set(arrays "")
set(rows "")
math(EXPR last "${CMAKE_ARGC} - 1")
set(is_file FALSE)
foreach(i RANGE ${last})
	if(is_file)
		get_filename_component(name ${CMAKE_ARGV${i}} NAME_WE)
		string(MAKE_C_IDENTIFIER "reference_${name}" id)
		file(READ ${CMAKE_ARGV${i}} bytes HEX)
		string(REGEX REPLACE "(................................)" "\\1\n"
			bytes "${bytes}")
		string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
		string(APPEND arrays
			"static const char ${id}[] = {\n${bytes}\n0x00 };\n")
		string(APPEND rows "\t{ \"${name}\", ${id} },\n")
	endif()
	if(CMAKE_ARGV${i} STREQUAL "--")
		set(is_file TRUE)
	endif()
endforeach()
file(WRITE ${OUT} "/* Made by tools/cmake/pack.cmake. */\n${arrays}\n"
	"const struct module_reference module_references[] = {\n${rows}};\n")

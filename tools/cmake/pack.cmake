# SPDX-License-Identifier: MIT OR Apache-2.0
#
# cmake -DOUT=header -DPREFIX=word [-DLIST=declaration] -P pack.cmake -- FILE...
#
# Writes files as C arrays that end with a NUL, named <prefix>_<file> with _ for
# what is no letter, and, if one is asked for, a list of { name, text } in the
# order given.

set(arrays "")
set(rows "")
math(EXPR last "${CMAKE_ARGC} - 1")
set(is_file FALSE)
foreach(i RANGE ${last})
	if(is_file)
		get_filename_component(name ${CMAKE_ARGV${i}} NAME_WLE)
		string(MAKE_C_IDENTIFIER "${PREFIX}_${name}" id)
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
set(list "")
if(LIST)
	set(list "\n${LIST} = {\n${rows}};\n")
endif()
file(WRITE ${OUT} "/* Made by tools/cmake/pack.cmake. */\n${arrays}${list}")

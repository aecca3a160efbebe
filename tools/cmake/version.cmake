# SPDX-License-Identifier: MIT OR Apache-2.0
#
# ALK_VERSION: read from the header, which is where it is kept.

set(header ${CMAKE_CURRENT_SOURCE_DIR}/include/alkstore.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
file(STRINGS ${header} line LIMIT_COUNT 1 REGEX "^#define ALK_VERSION ")
if(NOT line MATCHES "\"([0-9]+\\.[0-9]+\\.[0-9]+)\"")
	message(FATAL_ERROR "${header}: no #define ALK_VERSION \"1.2.3\"")
endif()
set(ALK_VERSION ${CMAKE_MATCH_1})

# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What is installed: header, libraries, alk, extensions, pkg-config file, CMake
# package, and man pages and completions where there are some.

if(NOT PROJECT_IS_TOP_LEVEL)
	return()
endif()
include(CMakePackageConfigHelpers)

# A system SQLite is not in our libraries, so users link it too.
set(ALK_REQUIRES yyjson libpcre2-8 expat)
if(ALK_SYSTEM_SQLITE)
	list(APPEND ALK_REQUIRES sqlite3)
endif()
list(JOIN ALK_REQUIRES " " ALK_REQUIRES)

install(FILES include/alkstore.h TYPE INCLUDE)
foreach(kind IN ITEMS static shared)
	install(TARGETS alkstore_${kind} EXPORT alkstore-${kind})
endforeach()
set_target_properties(alkstore_static PROPERTIES EXPORT_NAME static)
set_target_properties(alkstore_shared PROPERTIES EXPORT_NAME alkstore)
if(TARGET alk)
	install(TARGETS alk)
endif()
if(NOT ALK_SANITIZE AND NOT ALK_FUZZ)
	install(TARGETS honker_ext alkstore_ext
		LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/alkstore)
endif()

file(RELATIVE_PATH ALK_PC_PREFIX
	/top/${CMAKE_INSTALL_LIBDIR}/pkgconfig /top)
configure_file(tools/cmake/alkstore.pc.in alkstore.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/alkstore.pc
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/alkstore)
configure_package_config_file(tools/cmake/alkstore-config.cmake.in
	alkstore-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(alkstore-config-version.cmake
	COMPATIBILITY SameMajorVersion)
install(FILES
	${PROJECT_BINARY_DIR}/alkstore-config.cmake
	${PROJECT_BINARY_DIR}/alkstore-config-version.cmake
	DESTINATION ${package})
install(EXPORT alkstore-static NAMESPACE alkstore:: DESTINATION ${package})
install(EXPORT alkstore-shared NAMESPACE alkstore:: DESTINATION ${package})

foreach(section IN ITEMS 1 3 5 7)
	file(GLOB pages CONFIGURE_DEPENDS man/*.${section})
	install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

# completions/alk.bash, _alk (zsh), alk.fish
install(FILES completions/alk.bash OPTIONAL RENAME alk
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/_alk OPTIONAL
	DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/alk.fish OPTIONAL
	DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The program alk; all else is in cli_main(), where tests reach it. */
#include "cli/cli.h"
#include "cli/signals.h"

int
main(int argc, char **argv)
{
	signals_install();
	return cli_main(argc, argv, stdout, stderr);
}

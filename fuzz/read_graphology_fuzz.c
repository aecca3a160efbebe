/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reader of graphology JSON: reading.h says what is done with any bytes. */
#include "reading.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	return reading_twice(&exchange_form_graphology, data, bytes);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <alkstore.h>
#include <stdarg.h>
#include <stdbool.h>

/*
 * Filling an alk_error. It is sticky: the first failure stays, later ones are
 * ignored, until error_clear(). err may be NULL everywhere. Text that does not
 * fit is cut at a character and ends in "...".
 */

void error_clear(alk_error *err);
/* Returns code (that of the first failure, if there was one), never ALK_OK. */
int error_set(alk_error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int error_set_va(alk_error *err, int code, const char *format, va_list ap)
    __attribute__((format(printf, 3, 0)));
/* Sets the place if none is set yet. */
void error_entry(alk_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void error_pointer(alk_error *err, const char *pointer, size_t bytes);
int error_nomem(alk_error *err);

#endif

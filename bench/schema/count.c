/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * bench_schema_count: what bench/schema/counts runs under callgrind. For each
 * shape, once it is warm, count_begin() and then each instance TURNS times, first
 * checked, then parsed and checked. Callgrind dumps its count whenever
 * count_begin() is entered, and counts within count_run() only; so the dumps
 * come in the order of the names that are printed.
 */
#include "ours.h"

#include <stdio.h>

#define TURNS 4

void count_begin(void);
unsigned long count_run(struct ours *o, enum work work);

/* Callgrind knows both by name; nothing may be known of what they do. */
__attribute__((noinline)) void
count_begin(void)
{
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) unsigned long
count_run(struct ours *o, enum work work)
{
	unsigned long sum = ours_run(o, work, (unsigned long)TURNS * INSTANCES);

	__asm__ volatile("" ::: "memory");
	return sum;
}

int
main(void)
{
	static struct ours o;
	unsigned long sum = 0;

	for (unsigned i = 0; i < shapes_count; i++) {
		ours_init(&o, &shapes[i]);
		for (int work = WORK_CHECK; work <= WORK_PARSE; work++) {
			sum += ours_run(&o, (enum work)work, INSTANCES);
			count_begin();
			sum += count_run(&o, (enum work)work);
			printf("%d\t%s, %s\n", TURNS * INSTANCES,
			    shapes[i].name, work_names[work]);
		}
		ours_fini(&o);
	}
	count_begin();
	return sum == 0;
}

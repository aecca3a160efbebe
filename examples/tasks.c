/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A plan of tasks that wait for each other: what can be begun, what can be done
 * side by side, what decides how long it takes, why one has to wait, what a
 * failure holds up; a dependency in a circle is refused. Reference type "task":
 * no schema of one's own is needed.
 */
#include <alkstore.h>
#include <stdio.h>

/* Hours are an attribute of our own: the type leaves room for more. */
static const struct {
	const char *key;
	const char *attributes;
} tasks[] = {
	{ "dig", "{\"name\":\"Dig\",\"priority\":\"high\",\"hours\":16}" },
	{ "line", "{\"name\":\"Line with bricks\",\"hours\":24}" },
	{ "order", "{\"name\":\"Order a pump\",\"hours\":1}" },
	{ "deliver", "{\"name\":\"Pump arrives\",\"hours\":30}" },
	{ "mount", "{\"name\":\"Mount the pump\",\"hours\":4}" },
	{ "drink", "{\"name\":\"Drink\",\"priority\":\"critical\",\"hours\":0}"
	},
};

/* The first waits for the second. */
static const char *const waits[][2] = {
	{ "line", "dig" },
	{ "deliver", "order" },
	{ "mount", "line" },
	{ "mount", "deliver" },
	{ "drink", "mount" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
write_all(alk_session *s, void *arg)
{
	int rc = ALK_OK;
	size_t i;

	(void)arg;
	for (i = 0; i < COUNT(tasks) && rc == ALK_OK; i++)
		rc = alk_node_create(s, "well", tasks[i].key,
		    tasks[i].attributes);
	for (i = 0; i < COUNT(waits) && rc == ALK_OK; i++)
		rc = alk_edge_create(s, "well", NULL, waits[i][0], waits[i][1],
		    NULL);
	return rc;
}

static int
print_task(void *arg, const alk_task *t)
{
	(void)arg;
	printf("  %s: %s\n", t->key, t->name);
	return 0;
}

static int
print_group(void *arg, const alk_task *t)
{
	(void)arg;
	printf("  group %lld: %s\n", (long long)t->group, t->key);
	return 0;
}

static int
print_time(void *arg, const alk_task *t)
{
	(void)arg;
	printf("  %2g to %2g  %s", t->start, t->finish, t->key);
	if (t->slack > 0)
		printf(", may be %g late", t->slack);
	puts("");
	return 0;
}

static int
ready(alk_session *s)
{
	puts("can be begun:");
	return alk_task_ready(s, "well", print_task, NULL);
}

static int
mark(alk_session *s, const char *key, const char *patch)
{
	printf("%s %s\n", key, patch);
	return alk_node_merge(s, "well", key, patch);
}

static int
schedule(alk_session *s)
{
	alk_task_options side = { .flags = ALK_TASK_GROUPS };
	alk_task_options hours = { .weight = "hours" };
	double length = 0;
	int rc;

	puts("side by side:");
	rc = alk_task_order(s, "well", &side, print_group, NULL);
	if (rc == ALK_OK) {
		puts("hours from the beginning:");
		rc = alk_task_order(s, "well", &hours, print_time, NULL);
	}
	if (rc == ALK_OK) {
		puts("what decides how long it takes:");
		rc = alk_task_critical(s, "well", &hours, print_task, NULL,
		    &length);
		printf("  %g hours\n", length);
	}
	return rc;
}

/* The work goes on: something is done, something fails. */
static int
work(alk_session *s)
{
	alk_task_options left = { .flags = ALK_TASK_OPEN, .weight = "hours" };
	double length = 0;
	int rc = mark(s, "dig", "{\"status\":\"completed\"}");

	if (rc == ALK_OK)
		rc = mark(s, "order", "{\"status\":\"failed\"}");
	if (rc == ALK_OK)
		rc = ready(s);
	if (rc == ALK_OK) {
		puts("mount waits for:");
		rc = alk_task_blockers(s, "well", "mount", print_task, NULL);
	}
	if (rc == ALK_OK) {
		puts("held up by what has failed:");
		rc = alk_task_blocked(s, "well", NULL, print_task, NULL);
	}
	if (rc == ALK_OK) {
		puts("left to do, and what decides it:");
		rc = alk_task_critical(s, "well", &left, print_task, NULL,
		    &length);
		printf("  %g hours\n", length);
	}
	return rc;
}

static int
in_a_circle(alk_session *s)
{
	puts("dig waits for drink?");
	if (alk_edge_create(s, "well", NULL, "dig", "drink", NULL) !=
	    ALK_STRUCTURE)
		return ALK_MISUSE;
	printf("  %s\n", alk_session_error(s)->text);
	return ALK_OK;
}

static int
run(alk_session *s)
{
	alk_graph_new well = { .name = "well", .type = "task" };
	int rc = alk_graph_create(s, &well, NULL);

	if (rc == ALK_OK)
		rc = alk_transact(s, 0, write_all, NULL);
	if (rc == ALK_OK)
		rc = ready(s);
	if (rc == ALK_OK)
		rc = schedule(s);
	if (rc == ALK_OK)
		rc = work(s);
	return rc == ALK_OK ? in_a_circle(s) : rc;
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "well.db";
	alk_options options = { .flags = ALK_OPEN_CREATE | ALK_OPEN_EXCLUSIVE };
	alk_store *st = NULL;
	alk_session *s = NULL;
	alk_error err = { 0 };
	int rc = alk_open(path, &options, &st, &err);

	if (rc == ALK_OK)
		rc = alk_session_open(st, NULL, &s, &err);
	if (rc == ALK_OK) {
		rc = run(s);
		err = *alk_session_error(s);
	}
	if (rc != ALK_OK)
		fprintf(stderr, "%s: %s %s\n", path, err.entry, err.text);
	alk_session_close(s);
	alk_close(st);
	return alk_error_exit(rc);
}

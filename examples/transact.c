/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Several writes as one: a transfer between two accounts, with its record in
 * the same transaction. What the work function returns decides: ALK_OK commits,
 * anything else undoes rows, change records and notifications alike.
 */
#include <alkstore.h>
#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct transfer {
	const char *from;
	const char *to;
	int amount;
};

static const char module[] =
    "{\"AccountNode\": {\"type\": \"object\", \"required\": [\"balance\"],"
    "  \"properties\": {\"balance\": {\"type\": \"integer\","
    "   \"minimum\": 0}}, \"additionalProperties\": false},"
    " \"PaidEdge\": {\"type\": \"object\","
    "  \"properties\": {\"amount\": {\"type\": \"integer\"}}}}";

static int
print_change(void *arg, const alk_change *c)
{
	(void)arg;
	printf("  %s %s", c->op == ALK_CREATE ? "new" : "changed", c->type);
	if (c->kind == ALK_EDGE)
		printf(" %s -> %s\n", c->source, c->target);
	else
		printf(" %s\n", c->key);
	return 0;
}

/* Adds amount to the balance of one account. */
static int
add(alk_session *s, const char *account, int amount)
{
	char patch[64];
	int balance = 0;
	alk_row row;
	int rc = alk_node_get(s, "bank", account, &row);

	if (rc != ALK_OK)
		return rc;
	sscanf(row.attributes, "{\"nodeType\":\"AccountNode\",\"balance\":%d",
	    &balance);
	snprintf(patch, sizeof(patch), "{\"balance\": %d}", balance + amount);
	return alk_node_merge(s, "bank", account, patch);
}

/* May be run again, hence keeps nothing between runs. */
static int
transfer(alk_session *s, void *arg)
{
	const struct transfer *t = arg;
	char attributes[64];
	int rc;

	snprintf(attributes, sizeof(attributes), "{\"amount\": %d}", t->amount);
	rc = alk_edge_create(s, "bank", NULL, t->from, t->to, attributes);
	if (rc == ALK_OK)
		rc = add(s, t->to, t->amount);
	if (rc == ALK_OK)
		rc = add(s, t->from, -t->amount);
	if (rc == ALK_OK)
		rc = alk_changes(s, print_change, NULL);
	return rc;
}

static int
print_account(void *arg, const alk_row *row)
{
	(void)arg;
	printf("  %s %s\n", row->key, row->attributes);
	return 0;
}

static int
count_event(void *arg, const alk_row *row)
{
	(void)row;
	++*(int *)arg;
	return 0;
}

static int
show(alk_session *s)
{
	int events = 0;
	int rc = alk_node_list(s, "bank", NULL, print_account, NULL, NULL);

	if (rc == ALK_OK)
		rc = alk_stream_read(s, "changes", 0, 0, count_event, &events,
		    NULL);
	printf("  events so far: %d\n", events);
	return rc;
}

static int
make(alk_session *s)
{
	static const alk_item accounts[] = {
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "ada",
		  .attributes = "{\"balance\": 100}",
		  .attributes_bytes = ALK_NUL },
		{ .op = ALK_CREATE, .kind = ALK_NODE, .key = "mary",
		  .attributes = "{\"balance\": 20}",
		  .attributes_bytes = ALK_NUL }
	};
	alk_type_options mine = { .scope = "user" };
	alk_graph_new bank = { .name = "bank", .type = "bank" };
	int rc = alk_types_load(s, "bank", &mine, module, ALK_NUL, NULL);

	if (rc == ALK_OK)
		rc = alk_graph_create(s, &bank, NULL);
	if (rc == ALK_OK)
		rc = alk_write(s, "bank", accounts, COUNT(accounts), NULL,
		    NULL);
	return rc;
}

static int
run(alk_session *s)
{
	struct transfer good = { "ada", "mary", 30 };
	struct transfer bad = { "mary", "ada", 500 };
	int rc = make(s);

	if (rc != ALK_OK)
		return rc;
	puts("at first:");
	show(s);
	puts("ada pays mary 30:");
	rc = alk_transact(s, 0, transfer, &good);
	if (rc != ALK_OK)
		return rc;
	show(s);
	puts("what mary could pay, only tried:");
	good = (struct transfer){ "mary", "ada", 50 };
	rc = alk_transact(s, ALK_TX_DRY_RUN, transfer, &good);
	if (rc != ALK_OK)
		return rc;
	puts("mary pays ada 500:");
	rc = alk_transact(s, 0, transfer, &bad);
	if (rc != ALK_VALUE)
		return rc == ALK_OK ? ALK_INVALID : rc;
	printf("  refused at %s, all of it undone:\n",
	    alk_session_error(s)->pointer);
	return show(s);
}

int
main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "bank.db";
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
		fprintf(stderr, "%s: %s\n", path, err.text);
	alk_session_close(s);
	alk_close(st);
	return alk_error_exit(rc);
}

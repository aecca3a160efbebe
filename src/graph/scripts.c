/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The scripts that make this room's tables, in the order to run them. */
#include "graph/graph.h"
#include "graph/index.sql.h"
#include "graph/order.sql.h"
#include "graph/tables.sql.h"
#include "graph/views.sql.h"

const struct sql *const graph_type_scripts[] = { &sql_graph_type_tables,
	NULL };
const struct sql *const graph_instance_scripts[] = {
	&sql_graph_instance_tables, &sql_index_tables, &sql_order_tables,
	&sql_graph_views, &sql_graph_statistics, NULL
};

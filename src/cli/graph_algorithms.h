/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef CLI_GRAPH_ALGORITHMS_H
#define CLI_GRAPH_ALGORITHMS_H

#include "cli/table.h"

/* The algorithms among the commands of alk graph; see graph_algorithms.c. */

int graph_order(struct cli *c);
int graph_cycle(struct cli *c);
int graph_components(struct cli *c);
int graph_pagerank(struct cli *c);
int graph_degree(struct cli *c);
int graph_ancestors(struct cli *c);
int graph_descendants(struct cli *c);
int graph_lineage(struct cli *c);
int graph_subgraph(struct cli *c);
int graph_copy(struct cli *c);

extern const struct option graph_order_options[];
extern const struct option graph_cycle_options[];
extern const struct option graph_components_options[];
extern const struct option graph_pagerank_options[];
extern const struct option graph_degree_options[];
extern const struct option graph_relatives_options[];
extern const struct option graph_lineage_options[];
extern const struct option graph_subgraph_options[];
extern const struct option graph_copy_options[];

extern const char *const graph_order_examples[];
extern const char *const graph_cycle_examples[];
extern const char *const graph_components_examples[];
extern const char *const graph_pagerank_examples[];
extern const char *const graph_degree_examples[];
extern const char *const graph_ancestors_examples[];
extern const char *const graph_descendants_examples[];
extern const char *const graph_lineage_examples[];
extern const char *const graph_subgraph_examples[];
extern const char *const graph_copy_examples[];

/* Rows of cmd_graph, as part of an initialiser. */
#define GRAPH_ALGORITHMS \
	{ "graph order", "FILE GRAPH", \
	  "list all nodes so that edges lead onwards", \
	  "With the level of each: 0 where no edge leads to, else one more " \
	  "than the highest before it. Where a cycle is in the way it is " \
	  "named, and the exit status is 1.", \
	  graph_order_examples, graph_order_options, ACCESS_READ, false, \
	  graph_order }, \
	{ "graph cycle", "FILE GRAPH", "find a cycle", \
	  "Prints node, edge, node and so on, with the first node again at " \
	  "the end. No cycle is exit 3.", \
	  graph_cycle_examples, graph_cycle_options, ACCESS_READ, false, \
	  graph_cycle }, \
	{ "graph components", "FILE GRAPH", \
	  "list the connected components, the largest first", \
	  "Strongly connected: each node of one can be reached from each " \
	  "other. --weak asks for those that are connected whatever way " \
	  "edges point.", \
	  graph_components_examples, graph_components_options, ACCESS_READ, \
	  false, graph_components }, \
	{ "graph pagerank", "FILE GRAPH", "list nodes by their PageRank", \
	  "The ranks of all nodes add up to 1.", \
	  graph_pagerank_examples, graph_pagerank_options, ACCESS_READ, \
	  false, graph_pagerank }, \
	{ "graph degree", "FILE GRAPH KEY", "count the edges of a node", \
	  "alk stats --top-in and --top-out list the nodes with the most.", \
	  graph_degree_examples, graph_degree_options, ACCESS_READ, false, \
	  graph_degree }, \
	{ "graph ancestors", "FILE GRAPH KEY...", \
	  "list the nodes from which one can be reached", \
	  "Each once, the nearest first. Of several nodes: those before any " \
	  "of them.", \
	  graph_ancestors_examples, graph_relatives_options, ACCESS_READ, \
	  false, graph_ancestors }, \
	{ "graph descendants", "FILE GRAPH KEY...", \
	  "list the nodes that can be reached from one", \
	  "Each once, the nearest first. Of several nodes: those behind any " \
	  "of them.", \
	  graph_descendants_examples, graph_relatives_options, ACCESS_READ, \
	  false, graph_descendants }, \
	{ "graph lineage", "FILE GRAPH KEY", \
	  "list all that a node leads to, and the edges that lead there", \
	  "First the nodes with their hops, the nearest first, then the " \
	  "edges. With --in, all that leads to the node.", \
	  graph_lineage_examples, graph_lineage_options, ACCESS_READ, false, \
	  graph_lineage }, \
	{ "graph subgraph", "FILE GRAPH KEY...", \
	  "list some nodes, and all edges between them", \
	  "With --depth, also the nodes so many hops away. alk graph copy " \
	  "makes a graph of them.", \
	  graph_subgraph_examples, graph_subgraph_options, ACCESS_READ, \
	  false, graph_subgraph }, \
	{ "graph copy", "FILE GRAPH TO KEY...", \
	  "copy some nodes, and all edges between them, into a graph", \
	  "TO is another graph of the store, whose type must allow them. All " \
	  "or nothing.", \
	  graph_copy_examples, graph_copy_options, ACCESS_WRITE, false, \
	  graph_copy }

#endif

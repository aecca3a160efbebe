# SPDX-License-Identifier: MIT OR Apache-2.0
"""archive.py ALK STORE JSONL: what alk answers about the packages in STORE must
be what NetworkX computes from the lines in JSONL."""

import itertools
import json
import subprocess
import sys

import networkx
from networkx.algorithms.link_analysis import pagerank_alg

ALK, STORE, JSONL = sys.argv[1:4]
NEEDS = ("DependsEdge", "PreDependsEdge")
TYPES = [word for name in NEEDS for word in ("-t", name)]
PATHS_MAX = 5000
failed = []


def alk(*words):
    """What a command prints, read as JSON."""
    run = subprocess.run([ALK, *words, "--json", "--max", "traverse_ms=600000"],
                         capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"alk {' '.join(words)}: {run.stderr}")
    return json.loads(run.stdout)


def same(what, given, expected):
    if given == expected:
        size = len(given) if hasattr(given, "__len__") else given
        print(f"ok: {what} ({size})")
        return
    failed.append(what)
    print(f"not ok: {what}\n  given    {str(given)[:300]}"
          f"\n  expected {str(expected)[:300]}")


def read():
    graph = networkx.MultiDiGraph()
    with open(JSONL, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["kind"] == "node":
                graph.add_node(row["key"])
            elif row["attributes"]["edgeType"] in NEEDS:
                graph.add_edge(row["source"], row["target"],
                               group=row["attributes"]["group"])
    return graph


def check_reverse(graph, package):
    hops = networkx.single_source_shortest_path_length(
        graph.reverse(copy=False), package, cutoff=3)
    del hops[package]
    for command in ("walk", STORE, "debian", package, "--in"), \
            ("graph", "ancestors", STORE, "debian", package):
        rows = alk(*command, *TYPES, "--depth", "3")
        same(f"{command[0]}: what needs {package}, to depth 3",
             {row["key"]: row["hops"] for row in rows}, hops)


def node_paths(rows):
    """The nodes of each path, and what each cost."""
    paths = {}
    for row in rows:
        path = paths.setdefault(row["path"], ([], []))
        if row["kind"] == "node":
            path[0].append(row["key"])
        path[1].append(row["cost"])
    return [tuple(nodes) for nodes, _ in paths.values()], \
        [costs[-1] for _, costs in paths.values()]


def check_paths(simple, source, target):
    expected = sorted(tuple(path) for path in networkx.all_shortest_paths(
        simple, source, target))
    ask = ("path", STORE, "debian", source, target, *TYPES)
    given, _ = node_paths(alk(*ask, "--all", "--limit", str(PATHS_MAX)))
    if len(expected) <= PATHS_MAX:
        same(f"shortest paths from {source} to {target}", sorted(given),
             expected)
    for k in 1, 12:
        expected = [len(path) - 1 for path in itertools.islice(
            networkx.shortest_simple_paths(simple, source, target), k)]
        given, costs = node_paths(alk(*ask, "-k", str(k)))
        same(f"the {k} best of them: lengths", costs, expected)
        same(f"the {k} best of them: nodes of a path are distinct",
             [len(set(path)) for path in given], [n + 1 for n in expected])
    weighted = networkx.dijkstra_path_length(simple, source, target,
                                             weight="group")
    _, costs = node_paths(alk(*ask, "--weight", "group"))
    same("the least sum of groups", costs, [weighted])


def find_pairs(graph, count):
    """The pairs that are farthest apart, from the packages that need most."""
    starts = sorted(graph, key=lambda node: (-graph.out_degree(node), node))
    pairs = []
    for start in starts[:count]:
        hops = networkx.single_source_shortest_path_length(graph, start)
        end = max(hops, key=lambda node: (hops[node], node))
        if hops[end] > 1:
            pairs.append((start, end))
    return pairs


def check_components(graph, simple):
    for option, find, parts in (
            ("--out", "strongly", networkx.strongly_connected_components),
            ("--weak", "weakly", networkx.weakly_connected_components)):
        options = [option] if option == "--weak" else []
        expected = sorted((sorted(part) for part in parts(simple)
                           if len(part) > 1),
                          key=lambda part: (-len(part), part))
        rows = alk("graph", "components", STORE, "debian", *TYPES, "--min",
                   "2", *options)
        given = {}
        for row in rows:
            given.setdefault(row["component"], []).append(row["key"])
        sizes = [len(part) for part in given.values()]
        same(f"{find} connected: the largest first", sizes,
             sorted(sizes, reverse=True))
        same(f"{find} connected components of two nodes or more",
             sorted((sorted(part) for part in given.values()),
                    key=lambda part: (-len(part), part)), expected)
        count = alk("graph", "components", STORE, "debian", *TYPES, "--count",
                    *options)
        same(f"{find} connected components in all", count["count"],
             sum(1 for _ in parts(simple)))


def check_pagerank(graph):
    # NetworkX stops where the sum of changes is below tol times the nodes.
    ranks = pagerank_alg._pagerank_python(
        graph, alpha=0.85, max_iter=500, tol=1e-9 / len(graph))
    rows = alk("graph", "pagerank", STORE, "debian", *TYPES, "--limit", "20")
    best = sorted(ranks.values(), reverse=True)[:20]
    near = [abs(row["rank"] - rank) < 1e-8 and
            abs(row["rank"] - ranks[row["key"]]) < 1e-8
            for row, rank in zip(rows, best)]
    same("the 20 packages of the highest PageRank", near, [True] * 20)


def check_cycle(graph):
    rows = alk("graph", "cycle", STORE, "debian", *TYPES)
    nodes = [row["key"] for row in rows if row["kind"] == "node"]
    same("a cycle comes back", nodes[0], nodes[-1])
    same("a cycle goes along edges",
         [graph.has_edge(a, b) for a, b in zip(nodes, nodes[1:])],
         [True] * (len(nodes) - 1))


def main():
    graph = read()
    simple = networkx.DiGraph()
    simple.add_nodes_from(graph)
    # The cheapest of parallel edges, as alk takes it.
    for source, target, group in graph.edges(data="group"):
        known = simple.get_edge_data(source, target, {"group": group})
        simple.add_edge(source, target, group=min(group, known["group"]))
    print(f"{len(graph)} nodes, {graph.number_of_edges()} edges")
    check_reverse(graph, "libc6")
    pairs = find_pairs(simple, 6)
    if not pairs:
        sys.exit("no two packages are far apart")
    for source, target in pairs:
        check_paths(simple, source, target)
    check_components(graph, simple)
    if any(len(part) > 1 for part in
           networkx.strongly_connected_components(simple)):
        check_cycle(graph)
    check_pagerank(graph)
    if failed:
        sys.exit(f"{len(failed)} of the answers differ")


main()

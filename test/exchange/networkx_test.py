# SPDX-License-Identifier: MIT OR Apache-2.0
"""networkx_test.py ALK [ROUNDS]

Random graphs in both directions: networkx writes GraphML and GEXF, alk reads
them and writes them out again in every format, and what networkx (or the csv
and json modules) then reads is the graph that it was.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile

try:
    import networkx as nx
except ImportError:
    print('networkx is not here: Debian package python3-networkx')
    sys.exit(77)

ALK = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 8


def alk(*words):
    done = subprocess.run([ALK, *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit('alk %s: %s' % (' '.join(words), done.stderr))
    return done.stdout


def module(directed, multi):
    entry = {'type': 'object'}
    return json.dumps({
        'Config': {'type': 'object', 'properties': {
            'type': {'const': 'directed' if directed else 'undirected'},
            'multi': {'const': multi}, 'allowSelfLoops': {'const': True}}},
        'ThingNode': entry, 'LinkEdge': entry})


# Older ones take empty text for none.
TEXTS = ['plain', ' <&>"\' ', 'caf\u00e9 \U0001f600', 'two\nlines', ']]>']


def attributes(rng):
    made = {}
    if rng.random() < .7:
        made['count'] = rng.randrange(-2**40, 2**40)
    if rng.random() < .7:
        made['share'] = rng.choice([.1, -1.5e300, 1e-7, 2.5])
    if rng.random() < .7:
        made['text'] = rng.choice(TEXTS)
    if rng.random() < .7:
        made['flag'] = rng.random() < .5
    return made


def graph(rng, kind):
    g = kind()
    names = ['n%d' % i for i in range(rng.randrange(1, 25))] + ['a "<&>\'']
    for name in names:
        g.add_node(name, **attributes(rng))
    for _ in range(rng.randrange(60)):
        ends = rng.choice(names), rng.choice(names)
        g.add_edge(*ends, **attributes(rng))
    return g


def plain(data):
    """Without what the formats or the store add."""
    return {k: v for k, v in data.items()
            if k not in ('label', 'id', 'nodeType', 'edgeType',
                         'networkx_key')}


def shape(g):
    """Nodes and edges as sets that can be compared, keys of edges apart."""
    def ends(u, v):
        return (u, v) if g.is_directed() else tuple(sorted((u, v)))
    return (sorted((n, repr(sorted(plain(d).items())))
                   for n, d in g.nodes(data=True)),
            sorted((ends(u, v), repr(sorted(plain(d).items())))
                   for u, v, d in g.edges(data=True)))


def from_lines(text, kind):
    g = kind()
    for line in text.splitlines():
        row = json.loads(line)
        data = plain(row.get('attributes', {}))
        if row['kind'] == 'node':
            g.add_node(row['key'], **data)
        elif row['kind'] == 'edge':
            g.add_edge(row['source'], row['target'], **data)
    return g


READ = {'int': int, 'double': float, 'string': str, 'json': json.loads,
        'boolean': lambda text: text == 'true'}


def from_csv(nodes, edges, kind):
    """csv cannot tell "" from nothing: columns of text are left aside."""
    g = kind()
    for path in nodes, edges:
        with open(path, newline='', encoding='utf-8') as file:
            rows = csv.reader(file)
            header = [cell.rsplit(':', 1) for cell in next(rows)]
            for row in rows:
                data, ends = {}, []
                for (name, of), text in zip(header, row):
                    if of in ('START_ID', 'END_ID') or \
                            (of == 'ID' and path == nodes):
                        ends.append(text)
                    elif of in READ and of != 'string' and text:
                        data[name] = READ[of](text)
                if len(ends) == 1:
                    g.add_node(ends[0], **data)
                else:
                    g.add_edge(*ends, **data)
    return g


def without_text(g):
    g = g.copy()
    for _, data in list(g.nodes(data=True)):
        data.pop('text', None)
    for _, _, data in g.edges(data=True):
        data.pop('text', None)
    return g


def same(got, want, what):
    if shape(got) != shape(want):
        raise SystemExit('%s:\n%s\nis not\n%s' %
                         (what, shape(got), shape(want)))


def as_kind(g, kind):
    return g if type(g) is kind else kind(g)


def check(rng, kind, seed):
    g = graph(rng, kind)
    multi, directed = g.is_multigraph(), g.is_directed()
    what = 'seed %d, %s' % (seed, kind.__name__)
    with open('module.json', 'w', encoding='utf-8') as file:
        file.write(module(directed, multi))
    alk('init', 's.db')
    alk('schema', 'load', 's.db', 't', 'module.json')
    nx.write_graphml(g, 'in.graphml')
    # Numbers of one title are of one type in GEXF.
    nx.write_gexf(g, 'in.gexf', version='1.2draft')
    for form in 'graphml', 'gexf':
        # Multigraphs have keys that are those of two nodes only.
        alk('import', 's.db', form, 'in.' + form, '--create', 't',
            *(['--no-edge-keys'] if multi or form == 'gexf' else []))
        lines = alk('export', 's.db', form)
        same(from_lines(lines, kind), g, what + ': %s in' % form)
        alk('export', 's.db', form, form + '.graphml')
        same(as_kind(nx.read_graphml(form + '.graphml',
                                     force_multigraph=multi), kind), g,
             what + ': GraphML out')
        alk('export', 's.db', form, form + '.gexf')
        same(as_kind(nx.read_gexf(form + '.gexf', version='1.2draft'), kind), g,
             what + ': GEXF out')
        alk('export', 's.db', form, '--nodes', form + '.n.csv', '--edges',
            form + '.e.csv')
        same(from_csv(form + '.n.csv', form + '.e.csv', kind),
             without_text(g), what + ': CSV out')
        alk('export', 's.db', form, form + '.json')
        with open(form + '.json', encoding='utf-8') as file:
            whole = json.load(file)
        assert whole['options'] == {
            'type': 'directed' if directed else 'undirected',
            'multi': multi, 'allowSelfLoops': True}, whole['options']
        assert len(whole['nodes']) == g.number_of_nodes()
        assert len(whole['edges']) == g.number_of_edges()


def main():
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        kind = [nx.DiGraph, nx.Graph, nx.MultiDiGraph,
                nx.MultiGraph][seed % 4]
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            check(rng, kind, seed)
            os.chdir('/')
    print('%d graphs came back as they were' % ROUNDS)


main()

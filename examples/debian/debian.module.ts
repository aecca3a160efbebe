// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The Debian package archive as a graph type. This is the source of
// debian.module.json, for readers and for those who want to change it; alkstore
// needs the JSON only. With TypeBox 0.34 beside it, `npx tsx debian.module.ts`
// prints that file.
//
// A package is a PackageNode, named by its key. A name that others depend on or
// provide, and that is no package itself, is a VirtualPackageNode. The archive
// joins two packages more than once ("a (>= 1), a (<< 2)"), hence multi, and some
// packages conflict with or replace themselves, hence allowSelfLoops.
import { Type } from '@sinclair/typebox'

const Closed = { additionalProperties: false }
const Both = { ...Closed, dependentRequired: { op: ['version'], version: ['op'] } }

const Op = Type.Union(['<<', '<=', '=', '>=', '>>'].map((op) => Type.Literal(op)))

// "name:arch (op version)"; op and version come together or not at all.
const relation = {
  op: Type.Optional(Type.Ref('Op')),
  version: Type.Optional(Type.Ref('Version')),
  arch: Type.Optional(Type.Ref('Architecture')),
}

// Which end points an edge type may have; no list: any.
const from = (edgeType: string) =>
  Type.Object({
    edgeType: Type.Literal(edgeType),
    allowedSourceTypes: Type.Array(Type.String(), { default: ['PackageNode'] }),
  })

export const Debian = Type.Module({
  Config: Type.Object(
    {
      type: Type.Literal('directed'),
      multi: Type.Literal(true),
      allowSelfLoops: Type.Literal(true),
    },
    { description: 'Packages of a Debian archive and how they relate' },
  ),

  Version: Type.String({ pattern: '^([0-9]+:)?[0-9A-Za-z][0-9A-Za-z.+~:-]*$' }),
  Architecture: Type.String({ pattern: '^[a-z0-9-]+$' }),
  Op,

  PackageNode: Type.Object(
    {
      version: Type.Ref('Version'),
      architecture: Type.Ref('Architecture'),
      section: Type.Optional(Type.String({ pattern: '^([a-z-]+/)?[a-z0-9-]+$' })),
      priority: Type.Optional(
        Type.Union(
          ['required', 'important', 'standard', 'optional', 'extra'].map((p) =>
            Type.Literal(p),
          ),
        ),
      ),
      installedSize: Type.Optional(
        Type.Integer({ minimum: 0, description: 'KiB on disk' }),
      ),
      size: Type.Integer({ minimum: 1, description: 'bytes of the .deb' }),
      maintainer: Type.Optional(Type.String({ pattern: '<[^<>@ ]+@[^<>@ ]+>,?$' })),
      homepage: Type.Optional(Type.String({ format: 'uri' })),
      multiArch: Type.Optional(
        Type.Union(['same', 'foreign', 'allowed', 'no'].map((m) => Type.Literal(m))),
      ),
      essential: Type.Optional(Type.Boolean()),
      tags: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true }),
      ),
      description: Type.Optional(Type.String({ description: 'one line' })),
    },
    { ...Closed, description: 'A binary package' },
  ),

  VirtualPackageNode: Type.Object(
    {},
    { ...Closed, description: 'A name that is provided or referred to only' },
  ),

  // Relations with alternatives: "a | b, c" is group 0 twice, then group 1.
  Choice: Type.Object({ group: Type.Integer({ minimum: 0 }), ...relation }, Both),
  Relation: Type.Object(relation, Both),

  PreDependsEdge: Type.Ref('Choice', { description: 'configured before unpacking' }),
  DependsEdge: Type.Ref('Choice', { description: 'needed to work' }),
  RecommendsEdge: Type.Ref('Choice', { description: 'usually installed together' }),
  SuggestsEdge: Type.Ref('Choice', { description: 'useful together' }),
  EnhancesEdge: Type.Ref('Relation', { description: 'makes the target more useful' }),
  ConflictsEdge: Type.Ref('Relation', { description: 'never unpacked together' }),
  BreaksEdge: Type.Ref('Relation', { description: 'never configured together' }),
  ReplacesEdge: Type.Ref('Relation', { description: 'overwrites files of the target' }),
  ProvidesEdge: Type.Object(
    {
      op: Type.Optional(Type.Literal('=')),
      version: Type.Optional(Type.Ref('Version')),
      arch: Type.Optional(Type.Ref('Architecture')),
    },
    { ...Both, description: 'stands in for the target' },
  ),

  PreDependsEdgeConstraints: from('PreDependsEdge'),
  DependsEdgeConstraints: from('DependsEdge'),
  RecommendsEdgeConstraints: from('RecommendsEdge'),
  SuggestsEdgeConstraints: from('SuggestsEdge'),
  EnhancesEdgeConstraints: from('EnhancesEdge'),
  ConflictsEdgeConstraints: from('ConflictsEdge'),
  BreaksEdgeConstraints: from('BreaksEdge'),
  ReplacesEdgeConstraints: from('ReplacesEdge'),
  ProvidesEdgeConstraints: from('ProvidesEdge'),
})

console.log(JSON.stringify(Debian, null, 2))

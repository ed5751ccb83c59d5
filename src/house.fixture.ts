import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'

/** One source file and the specifiers that it imports. */
export interface SourceFile {
  /** From the project's root, with slashes: `src/audit/audit.ts`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

/** The floors of ARCHITECTURE.md: which rooms a room may import from, besides itself. */
export const floors: Readonly<Record<string, readonly string[]>> = {
  core: [],
  risk: ['core'],
  contract: ['core', 'risk'],
  exposure: ['core', 'risk', 'contract'],
  audit: ['core', 'risk', 'contract', 'exposure'],
  scan: ['core', 'risk', 'contract', 'exposure'],
  watch: ['core', 'risk', 'contract', 'exposure'],
  identity: ['core', 'risk', 'contract', 'exposure'],
  guard: ['core', 'risk', 'contract', 'exposure', 'identity'],
  report: ['core', 'risk'],
  app: ['core', 'risk', 'contract', 'exposure', 'audit', 'scan', 'watch', 'identity', 'guard', 'report'],
  cli: ['core', 'risk', 'report', 'app'],
}

/** Which npm package a room may use, and why it does. */
export const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  contract: {
    'js-yaml': 'the event stream that reads JSON and YAML with offsets',
    ajv: 'compiles JSON Schema into validators',
    'ajv-formats': 'the formats that Ajv asserts',
    re2js: 'runs patterns of contract authors in linear time',
    'json-p3': 'RFC 9535 JSONPath, for overlay targets',
  },
  identity: { jose: 'verifies JSON Web Tokens' },
  scan: { undici: 'a connection pool that sends many requests a second' },
}

/** The four families: where their members stand, and what kind their index lists. */
export const families = [
  { folder: 'src/audit/rules', define: 'defineRule' },
  { folder: 'src/scan/probes', define: 'defineProbe' },
  { folder: 'src/guard/policies', define: 'definePolicy' },
  { folder: 'src/watch/detectors', define: 'defineDetector' },
] as const

export function readSources(root: string): SourceFile[] {
  return globSync('{src,lab}/**/*.ts', { cwd: root })
    .map(path => path.replaceAll('\\', '/'))
    .sort()
    .map(path => {
      const text = readFileSync(join(root, path), 'utf8')
      return { path, text, imports: importsOf(text) }
    })
}

/** The specifiers of static imports, re-exports, type imports and dynamic imports of a literal. */
export function importsOf(text: string): string[] {
  const statements = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom\s*)?\s*['"]([^'"]+)['"]/gm
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(statements), ...text.matchAll(dynamic)].map(match => match[1] ?? '')
}

/** Everything in which the sources break the house's rules, one sentence each. */
export function houseFaults(files: readonly SourceFile[], labIds: readonly string[]): string[] {
  return [
    ...files.flatMap(file => [...importFaults(file), ...nameFaults(file)]),
    ...familyFaults(files),
    ...cycleFaults(files),
    ...labFaults(files, labIds),
  ]
}

function importFaults(file: SourceFile): string[] {
  const room = roomOf(file.path)
  return file.imports.flatMap(specifier => {
    if (specifier.startsWith('node:')) return []
    if (!specifier.startsWith('.')) return isTest(file.path) ? [] : packageFaults(file.path, room, specifier)
    const target = resolveImport(file.path, specifier)
    if (!specifier.endsWith('.ts') && !specifier.endsWith('.json'))
      return [`${file.path} imports ${specifier} without its ending`]
    const other = roomOf(target)
    if (room === 'lab') return other === 'lab' ? [] : [`${file.path}: the lab speaks HTTP only, it imports ${target}`]
    if (room === undefined || other === room) return []
    if (other === 'lab') return [`${file.path}: product code imports the lab: ${target}`]
    const allowed = floors[room]
    if (allowed === undefined) return [`${file.path} stands in a room that is not on the plan: ${room}`]
    return other !== undefined && allowed.includes(other)
      ? []
      : [`${file.path}: ${room} may not see ${other ?? target}`]
  })
}

function packageFaults(path: string, room: string | undefined, specifier: string): string[] {
  if (room === 'lab' || room === undefined) return []
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  return Object.hasOwn(packages[room] ?? {}, name) ? [] : [`${path}: ${room} may not use the package ${name}`]
}

function nameFaults(file: SourceFile): string[] {
  const name = basename(file.path).replace(/(?:\.test|\.fixture)?\.ts$/, '')
  const faults: string[] = []
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.generated)?$/.test(name)) faults.push(`${file.path} is not named in kebab-case`)
  if (/^(?:utils?|helpers?|common|misc|shared|manager|lib)$/.test(name))
    faults.push(`${file.path} does not say what it holds`)
  return faults
}

/** Id = file name, every member listed, a test beside each, and no member imports another. */
function familyFaults(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(file => file.path))
  return families.flatMap(({ folder, define }) => {
    const index = files.find(file => file.path === `${folder}/index.ts`)
    const members = files.filter(
      file => dirname(file.path) === folder && !isTest(file.path) && basename(file.path) !== 'index.ts',
    )
    return members.flatMap(file => {
      const id = basename(file.path, '.ts')
      const faults: string[] = []
      if (!file.text.includes(define)) faults.push(`${file.path} defines no member of its family`)
      if (!new RegExp(`\\bid: '${id}'`).test(file.text)) faults.push(`${file.path}: the id is not the file's name`)
      if (index === undefined || !index.imports.includes(`./${id}.ts`))
        faults.push(`${folder}/index.ts does not list ${id}`)
      if (!paths.has(`${folder}/${id}.test.ts`)) faults.push(`${file.path} has no test beside it`)
      const test = files.find(other => other.path === `${folder}/${id}.test.ts`)
      for (const served of servedBy(file.text)) {
        if (!test?.text.includes(served)) faults.push(`${file.path} serves ${served}, and no test beside it names that`)
      }
      const sibling = file.imports.find(specifier => /^\.\/[^/]+\.ts$/.test(specifier))
      if (sibling !== undefined) faults.push(`${file.path} imports its sibling ${sibling}`)
      return faults
    })
  })
}

/** The requirement ids in a card's `serves`. */
function servedBy(text: string): string[] {
  const list = /\bserves: \[([^\]]*)\]/.exec(text)?.[1] ?? ''
  return [...list.matchAll(/'([^']+)'/g)].map(match => match[1] ?? '')
}

function cycleFaults(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map(file => [
      file.path,
      file.imports.filter(specifier => specifier.startsWith('.')).map(specifier => resolveImport(file.path, specifier)),
    ]),
  )
  const done = new Set<string>()
  const faults: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      faults.push(`imports go in a circle: ${[...trail.slice(at), path].join(' → ')}`)
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const file of files) visit(file.path, [])
  return faults
}

/** The same answers must come out of contracts with everything renamed, so the product may not know a case's name. */
function labFaults(files: readonly SourceFile[], labIds: readonly string[]): string[] {
  return files
    .filter(file => file.path.startsWith('src/') && !isTest(file.path))
    .flatMap(file => labIds.filter(id => file.text.includes(id)).map(id => `${file.path} knows the lab's ${id}`))
}

/** `audit` for src/audit/…, `lab` for lab/…, undefined for files directly in src. */
function roomOf(path: string): string | undefined {
  if (path.startsWith('lab/')) return 'lab'
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.ts$/.test(path)
}

function resolveImport(from: string, specifier: string): string {
  return normalize(join(dirname(from), specifier)).replaceAll('\\', '/')
}

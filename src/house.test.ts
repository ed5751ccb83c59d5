import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { floors, houseFaults, importsOf, packages, readSources, type SourceFile } from './house.fixture.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const labIds = readdirSync(`${root}/lab`, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)

describe('the house', () => {
  const files = readSources(root)

  it('stands as ARCHITECTURE.md says', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(labIds.length).toBeGreaterThan(0)
    expect(houseFaults(files, labIds)).toEqual([])
  })

  it('has every room of the plan, and every package of the plan in use', () => {
    const rooms = new Set(files.map(file => file.path.split('/')[1]))
    expect(Object.keys(floors).filter(room => !rooms.has(room))).toEqual([])
    const unused = Object.entries(packages).flatMap(([room, names]) =>
      Object.keys(names).filter(
        name =>
          !files.some(file => file.path.startsWith(`src/${room}/`) && file.imports.some(from => from.startsWith(name))),
      ),
    )
    expect(unused).toEqual([])
  })
})

describe('the house notices', () => {
  const rule = "export const a = defineRule({ id: 'a-rule' })"
  it.each<[string, SourceFile[], string]>([
    ['a floor that looks up', [source('src/core/x.ts', "import { y } from '../guard/y.ts'")], 'core may not see guard'],
    [
      'siblings that see each other',
      [source('src/audit/x.ts', "import type { Y } from '../scan/y.ts'")],
      'audit may not see scan',
    ],
    [
      'a report that sees more than risk',
      [source('src/report/x.ts', "export { y } from '../exposure/y.ts'")],
      'report may not see exposure',
    ],
    ['a dynamic import upwards', [source('src/risk/x.ts', "await import('../app/y.ts')")], 'risk may not see app'],
    [
      'a room that is not on the plan',
      [source('src/shed/x.ts', "import { y } from '../core/y.ts'")],
      'not on the plan',
    ],
    [
      'a package in the wrong room',
      [source('src/core/x.ts', "import Ajv from 'ajv/dist/2020.js'")],
      'core may not use the package ajv',
    ],
    [
      'a lab that imports the product',
      [source('lab/case/x.ts', "import { y } from '../../src/core/y.ts'")],
      'speaks HTTP only',
    ],
    [
      'a product that imports the lab',
      [source('src/app/x.ts', "import { y } from '../../lab/case/y.ts'")],
      'imports the lab',
    ],
    [
      'a product that knows a case of the lab',
      [source('src/app/x.ts', "const id = 'famous-breach'")],
      "knows the lab's famous-breach",
    ],
    [
      'a circle',
      [source('src/core/x.ts', "import './y.ts'"), source('src/core/y.ts', "import './x.ts'")],
      'in a circle',
    ],
    ['a rule that its index does not list', [source('src/audit/rules/a-rule.ts', rule)], 'does not list a-rule'],
    ['a rule without a test', [source('src/audit/rules/a-rule.ts', rule)], 'no test beside it'],
    ['a rule under another id', [source('src/audit/rules/b-rule.ts', rule)], "the id is not the file's name"],
    [
      'rules that import each other',
      [source('src/audit/rules/a-rule.ts', `import './b.ts'\n${rule}`)],
      'imports its sibling',
    ],
    ['a drawer', [source('src/core/utils.ts', '')], 'does not say what it holds'],
    ['camel case', [source('src/core/someThing.ts', '')], 'not named in kebab-case'],
  ])('%s', (_name, files, fault) => {
    expect(houseFaults(files, ['famous-breach']).join('\n')).toContain(fault)
  })

  it('imports that are spread over lines, types and re-exports', () => {
    const text =
      "import {\n  a,\n  b,\n} from './a.ts'\nimport type { C } from '../c.ts'\nexport * from './d.ts'\nimport 'e'\n"
    expect(importsOf(text)).toEqual(['./a.ts', '../c.ts', './d.ts', 'e'])
  })
})

function source(path: string, text: string): SourceFile {
  return { path, text, imports: importsOf(text) }
}

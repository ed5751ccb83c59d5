import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { renderReference } from './reference.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

it('docs/reference/cards.md is what the cards say; npm run docs writes it anew', async () => {
  await expect(renderReference()).toMatchFileSnapshot(`${root}/docs/reference/cards.md`)
})

it('docs/reference/problems.md explains every kind of refusal that the guard knows, and no other', () => {
  const sources = globSync('src/guard/**/*.ts', { cwd: root }).filter(path => !/\.(?:test|fixture)\.ts$/.test(path))
  const used = sources.flatMap(path =>
    [...readFileSync(`${root}/${path}`, 'utf8').matchAll(/(?:\bproblem: |^ {2}4\d\d: \[)'([a-z-]+)'(?=,)/gm)].map(
      match => match[1] ?? '',
    ),
  )
  const explained = [...readFileSync(`${root}/docs/reference/problems.md`, 'utf8').matchAll(/^\| `([a-z-]+)` /gm)]
  expect(explained.map(match => match[1])).toEqual([...new Set(used)].sort())
})

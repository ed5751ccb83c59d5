import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Fault } from '../core/fault.ts'
import { isObject, isString, member } from '../core/json.ts'

/** A running twin as the lab describes it; the product only knows its address, its users and who signs their tokens. */
export interface RunningTwin {
  readonly url: string
  readonly tokens: Readonly<Record<string, string>>
  readonly issuer?: {
    readonly issuer: string
    readonly audience: string
    readonly algorithms: readonly string[]
    readonly jwks: { readonly keys: readonly object[] }
  }
  close(): Promise<void>
}

type Visit<Result> = (target: Pick<RunningTwin, 'url' | 'tokens'>) => Promise<Result>

/** One case of the lab: files to read, twins to start, scripts to run against an address. */
export interface LabCase {
  readonly id: string
  readonly name: string
  readonly operations: readonly string[]
  readonly answers: Readonly<Record<string, readonly string[]>>
  readonly contract: string
  readonly overlay: string
  startVulnerable(): Promise<RunningTwin>
  startFixed(): Promise<RunningTwin>
  readonly attack: Visit<{ readonly succeeded: boolean; readonly effect: string }>
  readonly honest: Visit<{ readonly complaints: readonly string[] }>
}

const labFolder = new URL('../../lab/', import.meta.url)

/**
 * Reads the cases of the lab, by what lies in its folder.
 * @throws Fault `repository-only` where there is no lab: it is not part of the npm package
 */
export async function readLab(only: readonly string[] = []): Promise<readonly LabCase[]> {
  if (!existsSync(labFolder)) {
    throw new Fault('repository-only', 'The lab with its broken APIs is not part of the npm package.', {
      hint: 'Clone the repository and run npm ci && npm start there.',
    })
  }
  const ids = readdirSync(labFolder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(new URL(`${entry.name}/breach.json`, labFolder)))
    .map(entry => entry.name)
    .sort()
  const unknown = only.find(id => !ids.includes(id))
  if (unknown !== undefined) {
    throw new Fault('usage', `The lab has no case "${unknown}".`, { hint: `It has: ${ids.join(', ')}.` })
  }
  return await Promise.all((only.length === 0 ? ids : only).map(readCase))
}

async function readCase(id: string): Promise<LabCase> {
  const folder = new URL(`${id}/`, labFolder)
  const breach: unknown = JSON.parse(await readFile(new URL('breach.json', folder), 'utf8'))
  const name = member(breach, 'name')
  const answers = member(breach, 'answers')
  return {
    id,
    name: isString(name) ? name : id,
    operations: strings(member(breach, 'operations')),
    answers: isObject(answers)
      ? Object.fromEntries(Object.entries(answers).map(([key, list]) => [key, strings(list)]))
      : {},
    contract: fileURLToPath(new URL('openapi.yaml', folder)),
    overlay: fileURLToPath(new URL('rugged.overlay.yaml', folder)),
    startVulnerable: await load(folder, 'vulnerable.ts', 'start'),
    startFixed: await load(folder, 'fixed.ts', 'start'),
    attack: await load(folder, 'attack.ts', 'attack'),
    honest: await load(folder, 'honest.ts', 'honest'),
  }
}

/** Loads one function of a case. Its type is what `lab/breach.ts` promises and the lab's own tests hold it to. */
async function load<Function>(folder: URL, file: string, name: string): Promise<Function> {
  const module: unknown = await import(new URL(file, folder).href)
  const found = typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined
  if (typeof found !== 'function') {
    throw new Fault('incomplete', `${fileURLToPath(new URL(file, folder))} exports no function "${name}".`, {
      hint: 'See lab/breach.ts for what a case exports.',
    })
  }
  // A module outside the compiled sources has no static type here; the name and the lab's contract are checked above.
  return found as Function
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(isString) : []
}

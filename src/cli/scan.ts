import { runScan, type ScanRequest } from '../app/run-scan.ts'
import { printable } from '../report/printable.ts'
import { duration, usage, wholeNumber } from './arguments.ts'
import type { Arguments, Command } from './command.ts'
import { scanProgress } from './progress.ts'
import { overlayOption, printReport, reportOptions } from './report-options.ts'

const effects = ['reads', 'writes', 'destroys'] as const

export const scan: Command = {
  name: 'scan',
  summary: 'Prove on a running API what its contract only lets suspect.',
  usage: 'rugged scan CONTRACT --url URL [--as NAME=TOKEN …] [options]',
  positionals: { name: 'CONTRACT', least: 1, most: 1 },
  options: {
    url: { type: 'string', value: 'URL', summary: 'where the API runs' },
    as: {
      type: 'string',
      value: 'NAME=TOKEN',
      multiple: true,
      summary: 'a user and their token; two tell mine from yours',
    },
    actors: { type: 'string', value: 'FILE', summary: 'users, keys and roles in a file: docs/reference/actors.md' },
    ...overlayOption,
    effect: { type: 'string', value: 'reads|writes|destroys', summary: 'what the scan may do; writes when absent' },
    only: {
      type: 'string',
      value: 'OPERATION',
      multiple: true,
      summary: 'an operation: its id, "GET /path", a path with *, a tag',
    },
    skip: { type: 'string', value: 'OPERATION', multiple: true, summary: 'leave this one out' },
    time: { type: 'string', value: 'TIME', summary: 'end after this long; 120s when absent' },
    seed: { type: 'string', value: 'N', summary: 'repeat the same choices; 1 when absent' },
    'i-own-this-host': { type: 'boolean', summary: 'scan a host that is not on this machine or a private network' },
    ...reportOptions,
  },
  examples: [
    'rugged scan openapi.yaml --url http://127.0.0.1:3000',
    'rugged scan openapi.yaml --url http://127.0.0.1:3000 --as userA=$TOKEN_A --as userB=$TOKEN_B',
    'rugged scan openapi.yaml --url http://127.0.0.1:3000 --effect reads --format json --output scan.json',
  ],
  async run(given, terminal) {
    const progress = scanProgress(terminal)
    const result = await runScan({ ...readRequest(given), signal: terminal.signal, onProgress: progress.show })
    progress.end()
    const tested = result.ledger.filter(entry => entry.happyPath).length
    terminal.err(
      `${result.requests} requests in ${result.seconds.toFixed(1)} s; ` +
        `${tested} of ${result.ledger.length} operations answered a valid request. ${result.base}\n`,
    )
    for (const sentence of result.leftBehind) terminal.err(`left behind: ${printable(sentence)}\n`)
    if (terminal.signal.aborted) terminal.err('The scan was stopped; what follows is what it had proven by then.\n')
    const status = await printReport(scan, given, { command: 'scan', ...result }, terminal)
    const incomplete = whyIncomplete(result)
    if (incomplete !== undefined) terminal.err(`rugged: ${printable(incomplete)}\n`)
    // What was proven stays proven; a scan that saw next to nothing must not look like a clean one.
    return status === 1 ? 1 : terminal.signal.aborted || incomplete !== undefined ? 3 : status
  },
}

/** Why the absence of findings says nothing, or undefined when the scan got in. */
function whyIncomplete({ ledger, refusedActors }: Awaited<ReturnType<typeof runScan>>): string | undefined {
  if (refusedActors.length > 0) {
    const names = refusedActors.join(' and ')
    return `every operation refused the credentials of ${names}, so what they may do was not tested. Are the tokens still valid?`
  }
  if (ledger.length > 0 && ledger.every(entry => !entry.happyPath)) {
    return 'no operation answered a valid request, so nothing was tested. Give users with --as NAME=TOKEN, or examples in the contract.'
  }
  return undefined
}

function readRequest(given: Arguments): Omit<ScanRequest, 'signal' | 'onProgress'> {
  const url = given.text('url')
  if (url === undefined) throw usage(scan, 'The scan needs to know where the API runs: --url http://127.0.0.1:3000.')
  const effect = given.text('effect')
  const chosen = effects.find(candidate => candidate === effect)
  if (effect !== undefined && chosen === undefined) {
    throw usage(scan, `--effect is one of ${effects.join(', ')}, not "${effect}".`)
  }
  const actorsFile = given.text('actors')
  const seed = wholeNumber(scan, 'seed', given.text('seed'), { least: 0, most: 4_294_967_295 })
  const timeLimit = duration(scan, 'time', given.text('time'))
  return {
    contract: given.positionals[0] ?? '',
    overlays: given.list('overlay'),
    url,
    actors: given.list('as').map(readActor),
    only: given.list('only'),
    skip: given.list('skip'),
    ownHost: given.flag('i-own-this-host'),
    ...(actorsFile === undefined ? {} : { actorsFile }),
    ...(chosen === undefined ? {} : { effect: chosen }),
    ...(seed === undefined ? {} : { seed }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
  }
}

function readActor(text: string): { readonly name: string; readonly token: string } {
  const at = text.indexOf('=')
  const name = text.slice(0, at)
  const token = text.slice(at + 1)
  if (at <= 0 || token === '') {
    // The text may be a bare token: it is not repeated here.
    throw usage(scan, '--as takes NAME=TOKEN, for example --as userA=$TOKEN_A; is the variable set?')
  }
  return { name, token }
}

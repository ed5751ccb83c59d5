import { readSource } from '../contract/source.ts'
import { Fault } from '../core/fault.ts'
import { actorFromToken } from '../scan/actor.ts'
import type { ProbeEffect } from '../scan/effect.ts'
import { type ScanProgress, type ScanReport, scanApi } from '../scan/scan.ts'
import { parseActors } from './actors.ts'
import { loadExposure } from './contract-file.ts'

export type { ScanProgress }

export interface ScanRequest {
  readonly contract: string
  readonly overlays: readonly string[]
  readonly url: string
  readonly actors: readonly { readonly name: string; readonly token: string }[]
  /** A file with more of them; see `actors.ts`. */
  readonly actorsFile?: string
  readonly effect?: ProbeEffect
  readonly seed?: number
  /** Milliseconds. */
  readonly timeLimit?: number
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly ownHost?: boolean
  readonly signal: AbortSignal
  readonly onProgress?: (progress: ScanProgress) => void
}

/** Reads the contract, turns names and tokens into actors the way the contract asks for, and scans. */
export async function runScan(request: ScanRequest): Promise<ScanReport> {
  const { contract, overlays, url, actors, actorsFile, signal, ...rest } = request
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Fault('usage', `"${url}" is no URL of an API.`, { hint: 'Write it like http://127.0.0.1:3000.' })
  }
  const exposure = await loadExposure(contract, overlays)
  return await scanApi({
    ...rest,
    exposure,
    url: new URL(url),
    actors: [
      ...actors.map(({ name, token }) => actorFromToken(exposure.contract, name, token)),
      ...(actorsFile === undefined ? [] : parseActors(await readSource(actorsFile), exposure.contract, process.env)),
    ],
    signal,
  })
}

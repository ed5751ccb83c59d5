import { spawnSync } from 'node:child_process'

/** Which core each part runs on; undefined where the system decides. */
export interface Placement {
  readonly proxy: number
  readonly upstream: number
  readonly load: number
}

/**
 * One core for whoever is measured, the others for the rest, so that a proxy cannot hide its work on a core that
 * belongs to somebody else. Needs `taskset` (Linux) and at least two cores.
 */
export function placeOnCores(): Placement | undefined {
  if (process.platform !== 'linux') return undefined
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const [proxy, upstream, load = upstream] = parseCores(stdout.split(':').at(-1) ?? '')
  return proxy === undefined || upstream === undefined || load === undefined ? undefined : { proxy, upstream, load }
}

/** `0-2,5` is 0, 1, 2 and 5. */
function parseCores(list: string): readonly number[] {
  return list.split(',').flatMap(range => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number)
    return Array.from({ length: Math.max(0, last - first + 1) || 0 }, (_, index) => first + index)
  })
}

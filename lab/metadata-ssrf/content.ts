/** Reads a fetched document just enough to describe it. */

import type { Fetched } from './network.ts'

export interface Description {
  readonly mediaType: string
  readonly bytes: number
  readonly title: string
  /** The page's own description of itself; empty where it has none. */
  readonly summary: string
}

/** Describes a document by its own words, or by the last part of its address. */
export function describe({ headers, text }: Fetched, address: string): Description {
  const [mediaType = 'application/octet-stream'] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const isPage = mediaType.trim() === 'text/html'
  const title = isPage ? /<title>([^<]{1,200})<\/title>/i.exec(text)?.[1] : undefined
  const summary = isPage ? /<meta name="description" content="([^"]{1,200})"/i.exec(text)?.[1] : undefined
  return {
    mediaType: mediaType.trim(),
    bytes: Buffer.byteLength(text),
    title: title?.trim() ?? address.split(/[?#]/)[0]?.split('/').at(-1) ?? address,
    summary: summary?.trim() ?? '',
  }
}

import type { OutgoingHttpHeaders } from 'node:http'
import { isJson, mediaTypeEssence } from '../contract/media-type.ts'
import type { Answer } from './exchange.ts'
import type { Change } from './policy.ts'
import { type JsonLimits, parseStrictJson, writeJson } from './strict-json.ts'

/** An upstream is trusted with more than a client; its answers are bounded by their size already. */
const answerLimits: JsonLimits = { depth: 256, members: 5_000_000 }

// They describe the bytes as the upstream sent them (RFC 9110 section 8.8.3, RFC 9530), and rewritten ones are others.
const bodyBound = ['etag', 'digest', 'content-digest', 'repr-digest', 'content-md5', 'last-modified', 'accept-ranges']

/** The upstream's answer while policies rewrite it; serialised once, when somebody asks for the bytes. */
export class LiveAnswer implements Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly mediaType: string | undefined
  readonly value: unknown
  readonly problem: string | undefined
  readonly #lossy: ReadonlyMap<number, string> | undefined
  #body: Buffer | undefined

  constructor(status: number, headers: OutgoingHttpHeaders, body: Buffer | undefined, parsed: ParsedBody) {
    this.status = status
    this.headers = headers
    this.#body = body
    this.mediaType = parsed.mediaType
    this.value = parsed.value
    this.problem = parsed.problem
    this.#lossy = parsed.lossy
  }

  get body(): Buffer {
    this.#body ??= Buffer.from(writeJson(this.value, this.#lossy))
    return this.#body
  }

  /** The answer after a rewrite. */
  changed(change: Change): LiveAnswer {
    const headers = { ...this.headers }
    const replaced = 'body' in change
    if (replaced) for (const name of bodyBound) delete headers[name]
    for (const [name, value] of Object.entries(change.headers ?? {})) {
      if (value === undefined) delete headers[name.toLowerCase()]
      else headers[name.toLowerCase()] = typeof value === 'string' ? value : [...value]
    }
    const body = replaced ? undefined : this.#body
    const value = replaced ? change.body : this.value
    const { mediaType, problem } = this
    const rest = this.#lossy === undefined ? {} : { lossy: this.#lossy }
    return new LiveAnswer(change.status ?? this.status, headers, body, {
      mediaType,
      value,
      problem: replaced ? undefined : problem,
      ...rest,
    })
  }
}

export interface ParsedBody {
  readonly mediaType: string | undefined
  readonly value: unknown
  readonly problem: string | undefined
  readonly lossy?: ReadonlyMap<number, string>
}

const nothing: ParsedBody = { mediaType: undefined, value: undefined, problem: undefined }

interface KnownType {
  readonly mediaType: string | undefined
  readonly json: boolean
}

// An upstream sends a handful of different texts; one that sends ever new ones does not fill the memory.
const knownTypes = new Map<string, KnownType>()

/** The essence of a Content-Type and whether it is JSON; remembered, since the same texts come again and again. */
function readContentType(text: string): KnownType {
  const known = knownTypes.get(text)
  if (known !== undefined) return known
  const mediaType = mediaTypeEssence(text)
  const read = { mediaType, json: mediaType !== undefined && isJson(mediaType) }
  if (knownTypes.size < 500 && text.length < 200) knownTypes.set(text, read)
  return read
}

/** Parses an answer's body once, where its media type says that it is JSON. */
export function parseAnswer(headers: OutgoingHttpHeaders, body: Buffer): ParsedBody {
  const contentType = headers['content-type']
  if (typeof contentType !== 'string') return nothing
  const { mediaType, json } = readContentType(contentType)
  if (!json || body.length === 0) return { mediaType, value: undefined, problem: undefined }
  const parsed = parseStrictJson(body, { limits: answerLimits, keepLossy: true, allowed: ordinaryNames })
  if ('problem' in parsed) return { mediaType, value: undefined, problem: parsed.problem }
  const rest = parsed.lossy === undefined ? {} : { lossy: parsed.lossy }
  return { mediaType, value: parsed.value, problem: undefined, ...rest }
}

// Dangerous in what a client sends to a server, ordinary words in what a server answers.
const ordinaryNames = new Set(['constructor', 'prototype'])

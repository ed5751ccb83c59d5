import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'

type Inflate = (
  body: Buffer,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, inflated: Buffer) => void,
) => void

const encodings: Readonly<Record<string, Inflate>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: inflate,
  br: brotliDecompress,
  zstd: zstdDecompress,
}

/**
 * Inflates an answer of an upstream that compresses although it was asked not to. What cannot be read cannot be
 * judged: an unknown coding, a broken stream and one that grows past the cap give a reason instead of bytes.
 */
export function inflateAnswer(
  encoding: string,
  body: Buffer,
  cap: number,
  done: (result: Buffer | string) => void,
): void {
  const known = Object.hasOwn(encodings, encoding.toLowerCase()) ? encodings[encoding.toLowerCase()] : undefined
  if (known === undefined) {
    done(`The upstream used the unknown content coding "${encoding.slice(0, 40)}".`)
    return
  }
  known(body, { maxOutputLength: cap }, (error, inflated) => {
    done(error === null ? inflated : `The compressed answer cannot be read: ${error.message}`)
  })
}

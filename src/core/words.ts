/**
 * The lower-case words of an identifier in any of the usual spellings: `sourceAccountID`, `source_account_id` and
 * `source-account-id` all give `['source', 'account', 'id']`.
 */
export function wordsOf(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(word => word !== '')
    .map(word => word.toLowerCase())
}

const irregular: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  men: 'man',
  women: 'woman',
  data: 'data',
  series: 'series',
  news: 'news',
  status: 'status',
  address: 'address',
  addresses: 'address',
  bus: 'bus',
  buses: 'bus',
  indices: 'index',
  vertices: 'vertex',
  matrices: 'matrix',
  analyses: 'analysis',
  statuses: 'status',
  leaves: 'leaf',
  lives: 'life',
  wives: 'wife',
  shelves: 'shelf',
  movies: 'movie',
  cookies: 'cookie',
  alias: 'alias',
  aliases: 'alias',
  canvas: 'canvas',
  canvases: 'canvas',
  gas: 'gas',
  lens: 'lens',
  bias: 'bias',
  chaos: 'chaos',
}

/** The singular of an English noun as it stands in paths and schema names; words that are singular stay. */
export function singular(word: string): string {
  const known = irregular[word]
  if (known !== undefined) return known
  if (word.length > 3 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:sses|shes|ches|xes|zzes)$/.test(word)) return word.slice(0, -2)
  if (word.length > 2 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1)
  return word
}

import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseContract } from './load.ts'
import { compileMatcher, type Matcher } from './match.ts'
import { encodePath } from './segment-match.ts'

function matcherOf(paths: readonly string[], servers = '[{ url: / }]', method = 'get'): Matcher {
  const items = paths.map(path => `  ${JSON.stringify(path)}: { ${method}: { responses: {} } }`)
  const text = `openapi: 3.0.3\ninfo: { title: T }\nservers: ${servers}\npaths:\n${items.join('\n')}\n`
  return compileMatcher(parseContract({ contract: { file: 'api.yaml', text } }))
}

/** `path {x=1}` for what was found, else the kind and why. */
function seen(matcher: Matcher, target: string, method = 'GET'): string {
  const match = matcher.match(method, target)
  if (match.kind === 'refused') return `refused: ${match.why}`
  if (match.kind === 'method-not-allowed') return `allow ${match.allow.join()}`
  if (match.kind === 'not-found') return 'not-found'
  const parameters = [...match.pathParameters].map(([name, value]) => ` ${name}=${value}`)
  return `${match.operation.path}${parameters.join('')}`
}

describe('templates', () => {
  const paths = [
    '/',
    '/a',
    '/a/',
    '/a/{x}',
    '/a/{x}/c',
    '/a/b',
    '/a/b/d',
    '/f/{x}.json',
    '/f/{x}',
    '/r/{a}-{b}',
    '/r/v{a}.{b}',
    '/caf%C3%A9',
    '/thé',
    '/i:batch',
    '/{any}/z',
  ]
  const matcher = matcherOf(paths)
  test.each([
    ['/', '/'],
    ['/a', '/a'],
    ['/a/', '/a/'],
    ['/a/1', '/a/{x} x=1'],
    ['/a/1?x=/a/b', '/a/{x} x=1'],
    ['/a/b', '/a/b'],
    ['/a/b/c', '/a/{x}/c x=b'],
    ['/a/b/d', '/a/b/d'],
    ['/a/b/e', 'not-found'],
    ['/a/1/', 'not-found'],
    ['/A', 'not-found'],
    ['/a/b%20c', '/a/{x} x=b c'],
    ['/a/%E2%82%AC', '/a/{x} x=€'],
    ['/a/100%25', '/a/{x} x=100%'],
    ['/a/a+b', '/a/{x} x=a+b'],
    ['/a/%7E%41', '/a/{x} x=~A'],
    ['/a/x%3By', '/a/{x} x=x;y'],
    ['/f/r.json', '/f/{x}.json x=r'],
    ['/f/r.jsonx', '/f/{x} x=r.jsonx'],
    ['/f/.json', '/f/{x} x=.json'],
    ['/f/a.json.json', '/f/{x}.json x=a.json'],
    ['/r/1-2', '/r/{a}-{b} a=1 b=2'],
    ['/r/v1.2', '/r/v{a}.{b} a=1 b=2'],
    ['/r/-2', 'not-found'],
    ['/caf%c3%a9', '/caf%C3%A9'],
    ['/th%C3%A9', '/thé'],
    ['/i:batch', '/i:batch'],
    ['/q/z', '/{any}/z any=q'],
    ['/a/z', '/a/{x} x=z'],
  ])('%s is %s', (target, expected) => {
    expect(seen(matcher, target)).toBe(expected)
  })

  test('the order of the document does not matter', () => {
    const reversed = matcherOf(paths.toReversed())
    for (const target of ['/a/b', '/a/b/c', '/f/r.json', '/r/v1.2', '/a/']) {
      expect(seen(reversed, target)).toBe(seen(matcher, target))
    }
  })

  test('the path decides before the method', () => {
    const text = `openapi: 3.0.3
info: { title: T }
paths:
  /a/{x}: { post: { responses: {} }, get: { responses: {} } }
  /a/b: { get: { responses: {} } }
  /c/{y}: { get: { responses: {} } }
  /c/{z}: { put: { responses: {} } }
`
    const methods = compileMatcher(parseContract({ contract: { file: 'api.yaml', text } }))
    expect(seen(methods, '/a/b', 'POST')).toBe('allow GET')
    expect(seen(methods, '/a/c', 'DELETE')).toBe('allow GET,POST')
    expect(seen(methods, '/a/c', 'HEAD')).toBe('allow GET,POST')
    expect(seen(methods, '/a/c', 'get')).toBe('allow GET,POST')
    expect(seen(methods, '/a/c', 'CONNECT')).toBe('allow GET,POST')
    expect(seen(methods, '/c/1', 'GET')).toBe('/c/{y} y=1')
    expect(seen(methods, '/c/1', 'PUT')).toBe('/c/{z} z=1')
  })

  test('base paths of all servers are tried', () => {
    const based = matcherOf(
      ['/a', '/'],
      '[{ url: "https://x.test/v1/" }, { url: /v2 }, { url: "{s}/v%33", variables: { s: { default: "http://y.test" } } }]',
    )
    expect(['/v1/a', '/v2/a', '/v1/', '/v1', '/a', '/v3/a', '/v%33/a'].map(target => seen(based, target))).toEqual([
      '/a',
      '/a',
      '/',
      'not-found',
      'not-found',
      '/a',
      '/a',
    ])
  })

  test('semicolons belong to the style matrix alone', () => {
    const text = `openapi: 3.0.3
info: { title: T }
paths:
  /m/{id}: { get: { parameters: [{ name: id, in: path, required: true, style: matrix, schema: { type: integer } }], responses: {} } }
  /s/{id}: { get: { responses: {} } }
  /l;x: { get: { responses: {} } }
`
    const matrix = compileMatcher(parseContract({ contract: { file: 'api.yaml', text } }))
    expect(seen(matrix, '/m/;id=5')).toBe('/m/{id} id=;id=5')
    expect(seen(matrix, '/l;x')).toBe('/l;x')
    for (const target of ['/s/5;admin=1', '/s;a=b/5', '/l;y'])
      expect(seen(matrix, target)).toMatch(/refused: .*semicolon/)
  })
})

describe('hostile targets', () => {
  const matcher = matcherOf(['/', '/a', '/a/{x}', '/admin', '/{x}', '/a/{x}/{y}', '/r/{a}-{b}'])
  test.each([
    ['', /not a path/],
    ['a', /not a path/],
    ['*', /not a path/],
    ['http://x.test/a', /not a path/],
    ['x.test:443', /not a path/],
    ['//a', /empty segment/],
    ['/a//1', /empty segment/],
    ['/a/1//', /empty segment/],
    ['/./a', /dot segment/],
    ['/a/..', /dot segment/],
    ['/a/../admin', /dot segment/],
    ['/a/%2e%2e/admin', /dot segment/],
    ['/a/.%2E/admin', /dot segment/],
    ['/a/%2e', /dot segment/],
    ['/a/b%2Fc', /escaped slash/],
    ['/a%2fb', /escaped slash/],
    ['/a/b%5Cc', /escaped slash/],
    ['/a/b\\c', /must be escaped/],
    ['/a/%00', /control character/],
    ['/a/b%0d%0aX', /control character/],
    ['/a/%7f', /control character/],
    ['/a/%', /cannot be decoded/],
    ['/a/%4', /cannot be decoded/],
    ['/a/%zz', /cannot be decoded/],
    ['/a/%ff', /cannot be decoded/],
    ['/a/%c0%af', /cannot be decoded/],
    ['/a/%ed%a0%80', /cannot be decoded/],
    ['/a/%252e%252e', /escaped twice/],
    ['/a/b%252Fc', /escaped twice/],
    ['/a/b%25252Fc', /escaped twice/],
    ['/a/b%2500', /escaped twice/],
    ['/a/b#c', /fragment/],
    ['/a?x=1#c', /fragment/],
    ['/a b', /must be escaped/],
    ['/a/é', /must be escaped/],
    ['/a/<x>', /must be escaped/],
    ['/a/{x}', /must be escaped/],
    ['/a?x=a b', /query has a character/],
    ['/a?x=\u0000', /query has a character/],
    ['/a?x=é', /query has a character/],
    ['/%61dmin', /spelled otherwise/],
    ['/%61', /spelled otherwise/],
    ['/a/1;x=2', /semicolon/],
    ['/;/a', /semicolon/],
    ['/r/1-2-3', /read in two ways/],
    ['/r/1%2D2', /read in two ways/],
    [`/a/${'x'.repeat(20_000)}`, /too long/],
    ['/a'.repeat(300), /too many segments/],
  ])('%s is refused', (target, why) => {
    const match = matcher.match('GET', target)
    expect(match.kind).toBe('refused')
    expect(match.kind === 'refused' ? match.why : '').toMatch(why)
  })

  test.each(['ADMIN', 'admin%20', 'adm%E2%80%8Bin', '%EF%BD%81dmin'])(
    'a value that an upstream may take for the fixed text beside it is refused: %s',
    value => {
      expect(seen(matcherOf(['/users/{name}', '/users/admin']), `/users/${value}`)).toMatch(/spelled otherwise/)
      expect(seen(matcherOf(['/users/{name}']), `/users/${value}`)).toMatch(/^\/users\/\{name\}/)
    },
  )

  test('two variables side by side cannot be told apart', () => {
    expect(seen(matcherOf(['/{a}{b}']), '/xyz')).toMatch(/two ways/)
    expect(seen(matcherOf(['/{a}{b}']), '/xy')).toBe('/{a}{b} a=x b=y')
  })
})

const name = fc.stringMatching(/^[a-c]{1,2}$/)
const segment = fc.oneof(
  name,
  name.map(text => `{${text}}`),
  fc.tuple(name, name).map(([a, b]) => `{${a}}.${b}`),
)
const template = fc.array(segment, { minLength: 1, maxLength: 4 }).map(segments => {
  // Each variable of a template has a name of its own.
  let count = 0
  return `/${segments.join('/')}`.replaceAll('{', () => `{v${count++}`)
})
const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 })

describe('for all contracts', () => {
  test('what a template renders is matched by it or by one that is as specific', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(template, { minLength: 1, maxLength: 12 }),
        fc.array(value, { minLength: 8, maxLength: 8 }),
        (paths, values) => {
          const matcher = matcherOf(paths)
          for (const path of paths) {
            let index = 0
            const target = path.replace(/\{[^}]*\}/g, () => encodePath(values[index++] ?? 'x').replaceAll(';', '%3B'))
            const match = matcher.match('GET', target)
            if (match.kind === 'refused') continue
            expect(match.kind).toBe('found')
            if (match.kind !== 'found') continue
            // Putting the parameters back gives the path again, so no other reading of it is possible.
            const rendered = match.operation.path.replace(/\{([^}]*)\}/g, (_, key: string) =>
              encodePath(match.pathParameters.get(key) ?? '').replaceAll(';', '%3B'),
            )
            expect(decodeURIComponent(rendered)).toBe(decodeURIComponent(target))
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a request has one operation, whatever the order of the paths', () => {
    const target = fc.array(
      fc.oneof(
        name,
        fc.tuple(name, name).map(([a, b]) => `${a}.${b}`),
      ),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(
        fc.uniqueArray(template, { minLength: 1, maxLength: 12, selector: path => path.replace(/\{[^}]*\}/g, '{}') }),
        target,
        (paths, segments) => {
          const path = `/${segments.join('/')}`
          expect(seen(matcherOf(paths), path)).toBe(seen(matcherOf(paths.toReversed()), path))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('no target throws, and what is found has no dots, slashes or controls in it', () => {
    const matcher = matcherOf(['/{x}', '/{x}/{y}', '/a/{x}.{y}'])
    const pieces = fc.constantFrom(
      '/',
      '.',
      '%',
      '2',
      'f',
      'e',
      '0',
      '5',
      'c',
      'a',
      ';',
      '?',
      '\\',
      '%2e',
      '%2f',
      '%00',
      'é',
      '%C3%A9',
      '%25',
    )
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }).map(list => `/${list.join('')}`),
        target => {
          const match = matcher.match('GET', target)
          if (match.kind !== 'found') return
          for (const text of match.pathParameters.values()) {
            expect(text).not.toMatch(/[/\\\0]|^\.{1,2}$/)
            expect(text).not.toBe('')
          }
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('time', () => {
  test('does not grow with the number of operations', () => {
    const time = (count: number) => {
      const matcher = matcherOf(Array.from({ length: count }, (_, index) => `/a${index}/{x}/b`))
      const run = () => {
        const before = performance.now()
        for (let round = 0; round < 20_000; round++) matcher.match('GET', '/a5/17/b')
        return performance.now() - before
      }
      run()
      return Math.min(run(), run(), run())
    }
    expect(time(20_000)).toBeLessThan(time(10) * 10 + 50)
  })

  test('has an end where every segment could be two things', () => {
    const paths = Array.from(
      { length: 1024 },
      (_, bits) =>
        `/${Array.from({ length: 10 }, (_, at) => ((bits >> at) & 1 ? 'a' : `{v${at}}`)).join('/')}/z${bits}`,
    )
    const matcher = matcherOf(paths)
    const before = performance.now()
    for (let round = 0; round < 100; round++) matcher.match('GET', `${'/a'.repeat(10)}/y`)
    expect(performance.now() - before).toBeLessThan(2000)
    expect(seen(matcher, `${'/a'.repeat(10)}/y`)).toMatch(/too many templates/)
  })
})

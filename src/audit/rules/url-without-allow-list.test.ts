import { ruleTable } from './table.fixture.ts'
import { urlWithoutAllowList } from './url-without-allow-list.ts'

const body = (path: string, properties: string, summary = 'Do it') => `
paths:
  ${path}:
    post:
      summary: ${summary}
      requestBody: { content: { application/json: { schema: { type: object, properties: { ${properties} } } } } }
      responses: { '204': { description: done } }
`
const query = (path: string, parameter: string) => `
paths:
  ${path}:
    get:
      parameters: [{ ${parameter} }]
      responses: { '200': { description: ok } }
`

ruleTable(urlWithoutAllowList, {
  quiet: [
    {
      name: 'an allow-list in the body',
      contract: body(
        '/import',
        'source: { type: string, format: uri, x-rugged: { url: { schemes: [https], hosts: [files.partner.example] } } }',
      ),
    },
    {
      name: 'an allow-list at a parameter',
      contract: query(
        '/preview',
        'name: page, in: query, schema: { type: string, format: uri }, x-rugged: { url: { schemes: [https], hosts: [a.example] } }',
      ),
    },
    {
      name: 'where the browser goes next',
      contract: body(
        '/orders',
        'success_url: { type: string, format: uri }, redirect_uri: { type: string, format: uri }',
      ),
    },
    { name: 'one of a few URLs', contract: body('/import', 'url: { type: string, enum: [https://a.example] }') },
    { name: 'what the server sets', contract: body('/notes', 'url: { type: string, format: uri, readOnly: true }') },
    { name: 'no URL', contract: body('/notes', 'currency: { type: string }, curl: { type: boolean }') },
  ],
  finds: [
    {
      name: 'an address to import from, in the body',
      contract: body('/documents/import', 'source: { type: string, format: uri }'),
      expect: ['high POST /documents/import'],
      says: ['source', 'fetching'],
      serves: ['API7-a', 'API7-d'],
    },
    {
      name: 'an address to preview, in the query',
      contract: query('/preview', 'name: page, in: query, schema: { type: string, format: uri }'),
      expect: ['high GET /preview'],
      says: ['query page'],
    },
    {
      name: 'an address to call back',
      contract: body('/alerts', 'callbackUrl: { type: string, format: uri }'),
      expect: ['high POST /alerts'],
    },
    {
      name: 'the description says that it is called',
      contract: body('/alerts', 'target: { type: string, format: uri, description: Events are sent to this address. }'),
      expect: ['high POST /alerts'],
    },
    {
      name: 'a list of addresses',
      contract: body('/imports', 'sources: { type: array, items: { type: string, format: uri } }'),
      expect: ['high POST /imports'],
      says: ['sources.[]'],
    },
    {
      name: 'a URL by its format',
      contract: body('/notes', 'reference: { type: string, format: uri }'),
      expect: ['medium POST /notes'],
    },
    {
      name: 'a URL by its name',
      contract: body('/notes', 'referenceUrl: { type: string }'),
      expect: ['low POST /notes'],
      says: ['guessed'],
    },
    {
      name: 'a page that is shown',
      contract: body('/clubs', 'website: { type: string, format: uri }'),
      expect: ['low POST /clubs'],
    },
    {
      name: 'schemes without hosts',
      contract: body('/import', 'source: { type: string, format: uri, x-rugged: { url: { schemes: [https] } } }'),
      expect: ['medium POST /import'],
    },
    {
      name: 'hosts without schemes',
      contract: body('/import', 'source: { type: string, format: uri, x-rugged: { url: { hosts: [a.example] } } }'),
      expect: ['low POST /import'],
      says: ['no schemes'],
      serves: ['API7-e'],
    },
  ],
})

import { ruleTable } from './table.fixture.ts'
import { unboundedPage } from './unbounded-page.ts'

const list = (
  parameters: string,
  schema = 'type: array, items: { type: object, properties: { title: { type: string } } }',
  path = '/posters',
  method = 'get',
) => `
paths:
  ${path}:
    ${method}:
      parameters: [${parameters}]
      responses: { '200': { description: ok, content: { application/json: { schema: { ${schema} } } } } }
`

ruleTable(unboundedPage, {
  quiet: [
    {
      name: 'a page with a maximum',
      contract: list('{ name: limit, in: query, schema: { type: integer, maximum: 100 } }'),
    },
    {
      name: 'one of a few sizes',
      contract: list('{ name: per_page, in: query, schema: { type: integer, enum: [10, 50] } }'),
    },
    {
      name: 'a cursor, the server decides on the size',
      contract: list('{ name: cursor, in: query, schema: { type: string } }'),
    },
    {
      name: 'a list with an end',
      contract: list('', 'type: array, maxItems: 50, items: { type: object, properties: { title: { type: string } } }'),
    },
    {
      name: 'a list in an object, with an end',
      contract: list(
        '',
        'type: object, properties: { posters: { type: array, maxItems: 50, items: { type: object, properties: { title: { type: string } } } } }',
      ),
    },
    {
      name: 'one object with its tags',
      contract: list(
        '{ name: id, in: path, required: true, schema: { type: string } }',
        'type: object, properties: { tags: { type: array, items: { type: object, properties: { label: { type: string } } } } }',
        '/posters/{id}',
      ),
    },
    {
      name: 'a limit of something that is no list',
      contract: list(
        '{ name: limit, in: query, schema: { type: integer } }',
        'type: object, properties: { sum: { type: number } }',
      ),
    },
  ],
  finds: [
    {
      name: 'a limit without a maximum',
      contract: list('{ name: limit, in: query, schema: { type: integer, default: 20 } }'),
      expect: ['medium GET /posters'],
      says: ['query limit'],
      serves: ['API4-g'],
    },
    {
      name: 'a size under another name, of a wrapped list',
      contract: list(
        '{ name: itemsPerPage, in: query, schema: { type: integer } }',
        'type: object, properties: { data: { type: array, items: { type: object, properties: { title: { type: string } } } } }',
      ),
      expect: ['medium GET /posters'],
      serves: ['API4-n'],
    },
    {
      name: 'a maximum that is that of a number type',
      contract: list('{ name: size, in: query, schema: { type: integer, maximum: 2147483647 } }'),
      expect: ['medium GET /posters'],
    },
    {
      name: 'a maximum in the description alone',
      contract: list('{ name: per_page, in: query, description: How many (max 100), schema: { type: integer } }'),
      expect: ['low GET /posters'],
      says: ['description'],
    },
    {
      name: 'a list that nothing bounds',
      contract: list(''),
      expect: ['low GET /posters'],
      says: ['nothing bounds it'],
    },
  ],
})

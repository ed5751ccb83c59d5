import { ruleTable } from './table.fixture.ts'
import { unboundedInput } from './unbounded-input.ts'

const body = (properties: string) => `
paths:
  /notes:
    post:
      requestBody: { content: { application/json: { schema: { type: object, properties: { ${properties} } } } } }
      responses: { '204': { description: done } }
`

ruleTable(unboundedInput, {
  quiet: [
    {
      name: 'strings and lists with an end',
      contract: body(
        'title: { type: string, maxLength: 80 }, tags: { type: array, maxItems: 5, items: { type: string, maxLength: 20 } }',
      ),
    },
    {
      name: 'forms that are bounded by themselves',
      contract: body(
        "day: { type: string, format: date }, kind: { type: string, enum: [a, b] }, size: { type: string, pattern: '^\\d{1,9}(\\.\\d{1,8})?$' }",
      ),
    },
    { name: 'what the server sets', contract: body('note: { type: string, readOnly: true }') },
  ],
  finds: [
    {
      name: 'a string and a list without an end, in one finding',
      contract: body('title: { type: string }, tags: { type: array, items: { type: string, maxLength: 20 } }'),
      expect: ['low POST /notes'],
      says: ['2 properties', 'title and tags'],
      serves: ['API4-j'],
    },
    {
      name: 'a pattern that repeats without an end',
      contract: body("code: { type: string, pattern: '^[a-z]+$' }"),
      expect: ['low POST /notes'],
    },
  ],
})

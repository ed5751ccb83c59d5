/** What is looked for in the text of an error answer. Every pattern is linear: bounded repeats, no nested ones. */
const patterns: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'a stack trace', pattern: /traceback \(most recent call last\)|stack ?trace["']?\s?:|goroutine \d{1,9} \[/i },
  // As text, and as it stands in a JSON string, where the line break is two characters.
  { name: 'a stack trace', pattern: /(?:\n|\\n|<br>|")[ \t]{0,8}(?:\\t)?at [^\n"]{1,200}[:(][^\n"]{0,200}\d/ },
  {
    name: 'a stack trace',
    pattern: /\.(?:java|kt|scala):\d{1,6}\)|\.(?:cs|vb):line \d|\.(?:rb|php|py|go|ex):\d{1,6}(?::in )?/,
  },
  {
    name: 'a stack trace',
    pattern: /File \\?"[^"\n]{1,200}\.py\\?", line \d|panicked at |#\d{1,3} \/[^ \n]{1,200}\.php/,
  },
  { name: 'a stack trace', pattern: /\.[cm]?[jt]sx?:\d{1,6}:\d{1,6}|node:internal|node_modules[/\\]/ },
  {
    name: 'a database error',
    pattern:
      /sqlstate|\bORA-\d{5}|syntax error at or near|error in your sql syntax|unclosed quotation mark|quoted string not properly terminated|violates (?:unique|foreign key|not-null|check) constraint|no such (?:table|column)|unknown column '|invalid input syntax for|near "[^"\n]{1,40}": syntax error|incorrect syntax near|\brelation \\?"[^"\n]{1,60}" does not exist/i,
  },
  {
    name: 'a database error',
    pattern:
      /sqlite_(?:error|constraint|mismatch)|er_(?:dup_entry|parse_error|no_such_table|bad_field_error)|psycopg2?|mysqli?_|pg::|mongo(?:server|network)?error|e11000|sequelize\w{0,40}error|prismaclient|queryfailederror|hibernateexception|jdbc|bson\w{0,20}error|redis\w{0,10}error|cast to \w{1,20} failed/i,
  },
  {
    name: 'a query',
    pattern: /\bSELECT [^"\n]{1,300} FROM |\bINSERT INTO |\bDELETE FROM |\bUPDATE [\w."`]{1,80} SET /,
  },
  {
    name: 'a framework error',
    pattern:
      /\bjava\.(?:lang|util|io|sql|net)\.|\bjavax?\.\w{1,40}\.|org\.(?:springframework|hibernate|apache)|nullpointerexception|System\.(?:\w{1,40}\.){0,6}\w{0,40}Exception|django\.|werkzeug|illuminate\\|symfony\\|active(?:record|model|support)::|action(?:controller|view|dispatch)::|whitelabel error page|fatal error: |uncaught (?:\w{1,40})?(?:error|exception)/i,
  },
  {
    name: 'a runtime error',
    pattern:
      /\b(?:Type|Reference|Range|Syntax|Key|Attribute|Name|Value|Index|Assertion|Import|ZeroDivision|Integrity|Operational|Programming)Error\b|cannot read propert|is not a function\b|unexpected token .{1,20} in json|\bE(?:CONNREFUSED|CONNRESET|NOTFOUND|TIMEDOUT|NOENT|ACCES|ADDRINUSE)\b|undefined method ['`]/i,
  },
  {
    name: 'a file path',
    pattern:
      /\/(?:usr|var|home|opt|srv|app|apps|root|etc|tmp|mnt|workspace|data)\/[\w./@-]{1,200}\.(?:[cm]?[jt]sx?|py|rb|php|java|go|cs|ex|so|jar|war|conf|cfg|ini|env|ya?ml|log|sock|sqlite3?|db|pem|key)\b|\b[a-z]:\\{1,2}(?:users|inetpub|windows|program files|www|src|app|projects?)\\/i,
  },
  {
    name: 'an internal address',
    pattern:
      /\b(?:10\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}|127\.\d{1,3}\.\d{1,3})\.\d{1,3}:\d{2,5}\b|\b[\w-]{1,60}\.(?:internal|svc|cluster\.local|localdomain)(?::\d{2,5})?\b/,
  },
]

/** An error answer that needs more than this has more to tell than what went wrong; its beginning and end count. */
const lookedAt = 64 * 1024

/** What kind of internals a body of text holds; undefined for one that holds none, or is no text. */
export function findDisclosure(body: Buffer): string | undefined {
  const text =
    body.length <= lookedAt * 2
      ? body.toString('utf8')
      : `${body.toString('utf8', 0, lookedAt)}\n${body.toString('utf8', body.length - lookedAt)}`
  return patterns.find(({ pattern }) => pattern.test(text))?.name
}

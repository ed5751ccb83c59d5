import { inOrder, type Report, summarise } from './report.ts'

/**
 * The object that scripts rely on: `{ rugged, command, findings, notEvaluated, summary }`, see the reference of the JSON
 * output. Members are only ever added.
 */
export function renderJson(report: Report): string {
  const { version, command, findings, notEvaluated } = inOrder(report)
  return jsonText({ rugged: version, command, findings, notEvaluated, summary: summarise(report) })
}

// JSON.stringify leaves these as they are. Escaped they mean the same to every parser, and neither a terminal that the
// text is printed on nor a page that it is pasted into takes them for its own.
const risky =
  /[<>\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g

/** Indented JSON that is safe to show anywhere, with a line break at the end. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2)
  return `${text.replace(risky, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}

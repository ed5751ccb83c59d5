import { renderGithub } from './github.ts'
import { renderHtml } from './html.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import type { Report } from './report.ts'
import { renderSarif } from './sarif.ts'
import { renderText, type TextOptions } from './text.ts'

export const formats = ['text', 'json', 'sarif', 'junit', 'html', 'github'] as const
export type Format = (typeof formats)[number]

export function isFormat(name: string): name is Format {
  return formats.some(format => format === name)
}

/** The report as text of a format, with a line break at the end. The same findings always give the same bytes. */
export function render(format: Format, report: Report, options: TextOptions = {}): string {
  switch (format) {
    case 'text':
      return renderText(report, options)
    case 'json':
      return renderJson(report)
    case 'sarif':
      return renderSarif(report)
    case 'junit':
      return renderJunit(report)
    case 'html':
      return renderHtml(report)
    case 'github':
      return renderGithub(report)
  }
}

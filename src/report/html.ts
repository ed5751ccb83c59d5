import { formatPlace } from '../core/fault.ts'
import { weakness } from '../risk/catalogue.ts'
import type { Finding, NotEvaluatedEntry } from '../risk/finding.ts'
import { type RiskId, riskTitles, severities } from '../risk/weakness.ts'
import { printable } from './printable.ts'
import { inOrder, operationText, type Report, summarise } from './report.ts'

/** One file that needs no other, for people who get a report by mail: readable on a telephone, without any script. */
export function renderHtml(report: Report): string {
  const { findings, notEvaluated, command, version } = inOrder(report)
  const title = `rugged ${command}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
${css}
</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${summaryHtml(report)}</p>
</header>
<main>
${findings.length === 0 ? '<p>Nothing found.</p>' : findings.map(findingHtml).join('\n')}
${notEvaluatedHtml(notEvaluated)}
</main>
<footer>Written by rugged ${escapeHtml(version)}.</footer>
</body>
</html>
`
}

function summaryHtml(report: Report): string {
  const summary = summarise(report)
  const bySeverity = severities
    .filter(severity => summary.bySeverity[severity] > 0)
    .map(severity => `<span class="severity ${severity}">${summary.bySeverity[severity]} ${severity}</span>`)
  // The keys of a record made of riskTitles are risks.
  const risks = (Object.keys(riskTitles) as RiskId[]).filter(risk => summary.byRisk[risk] > 0)
  const byRisk = risks.map(risk => `<span class="risk">${risk} ${summary.byRisk[risk]}</span>`)
  const missing = summary.notEvaluated === 0 ? [] : [`<span class="risk">${summary.notEvaluated} not evaluated</span>`]
  return [...bySeverity, ...byRisk, ...missing].join(' ')
}

function findingHtml(finding: Finding): string {
  const { severity, risk, card, operation, where, message, remedy, curl, confidence, id } = finding
  const { title, cwe } = weakness(finding.weakness)
  const facts = [
    ...(operation === undefined
      ? []
      : [`<p class="operation"><code>${escapeHtml(operationText(operation))}</code></p>`]),
    ...(where === undefined ? [] : [`<p class="place"><code>${escapeHtml(formatPlace(where))}</code></p>`]),
    `<p>${escapeHtml(message)}</p>`,
    ...(confidence === 'tentative'
      ? ['<p class="faint">A guess from names or circumstances: look before you act.</p>']
      : []),
    `<p><strong>What to do:</strong> ${escapeHtml(remedy)}</p>`,
    ...(curl === undefined ? [] : [`<details><summary>Repeat it</summary><pre>${escapeHtml(curl)}</pre></details>`]),
    `<p class="faint">${escapeHtml(`${risk} ${riskTitles[risk]} · CWE-${cwe} · ${card} · ${id}`)}</p>`,
  ]
  return `<article>
<h2><span class="severity ${severity}">${severity}</span> ${escapeHtml(title)}</h2>
${facts.join('\n')}
</article>`
}

function notEvaluatedHtml(entries: readonly NotEvaluatedEntry[]): string {
  if (entries.length === 0) return ''
  const items = entries.map(({ card, operation, notEvaluated }) => {
    const at = operation === undefined ? '' : `${operationText(operation)}: `
    return `<li>${escapeHtml(`${at}${notEvaluated}`)} <span class="faint">${escapeHtml(card)}</span></li>`
  })
  return `<section>
<h2>Not evaluated</h2>
<ul>
${items.join('\n')}
</ul>
</section>`
}

/** Safe as text and as a quoted attribute. */
function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

const css = `:root { color-scheme: light dark; --line: #8884; --faint: #666; }
@media (prefers-color-scheme: dark) { :root { --faint: #aaa; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: .4rem 0; }
article, section { border-top: 1px solid var(--line); padding: 1rem 0; }
code, pre { font: .9rem/1.4 ui-monospace, monospace; }
pre { white-space: pre-wrap; margin: .4rem 0; padding: .6rem; border: 1px solid var(--line); border-radius: .3rem; }
summary { cursor: pointer; padding: .3rem 0; }
footer, .faint, .place { color: var(--faint); font-size: .85rem; }
.severity, .risk { display: inline-block; border-radius: .3rem; padding: 0 .45rem; font-size: .85rem; border: 1px solid var(--line); }
.severity { color: #fff; font-weight: 600; border-color: transparent; }
.critical { background: #8b0000; }
.high { background: #b03a0a; }
.medium { background: #7a5c00; }
.low { background: #1f5f8b; }
.info { background: #555; }`

import { formatPlace } from '../core/fault.ts'
import { weakness } from '../risk/catalogue.ts'
import type { Finding } from '../risk/finding.ts'
import { printable } from './printable.ts'
import { inOrder, operationText, type Report } from './report.ts'

/**
 * JUnit XML as test reporters of build servers read it: a suite for each card, a failed case for each finding, a skipped
 * one for what could not be evaluated. Without either there is one case that passed, since some readers take an
 * empty file for a broken build.
 */
export function renderJunit(report: Report): string {
  const { findings, notEvaluated, command } = inOrder(report)
  const cards = [...new Set([...findings, ...notEvaluated].map(({ card }) => card))].sort()
  const suites = cards.map(card => {
    const failed = findings.filter(finding => finding.card === card)
    const skipped = notEvaluated.filter(entry => entry.card === card)
    const cases = [
      ...failed.map(finding => testCase(card, caseName(finding), failure(finding))),
      ...skipped.map(({ operation, notEvaluated: reason }) => {
        const name = operation === undefined ? 'not evaluated' : operationText(operation)
        return testCase(card, name, `      <skipped${attribute('message', reason)}/>`)
      }),
    ]
    return suite(card, cases, failed.length, skipped.length)
  })
  if (suites.length === 0)
    suites.push(suite(`rugged ${command}`, [testCase(`rugged ${command}`, 'nothing found')], 0, 0))
  const total = Math.max(1, findings.length + notEvaluated.length)
  const counts = `${attribute('tests', total)}${attribute('failures', findings.length)}${attribute('errors', 0)}`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attribute('name', `rugged ${command}`)}${counts}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

function suite(name: string, cases: readonly string[], failures: number, skipped: number): string {
  const counts = `${attribute('tests', cases.length)}${attribute('failures', failures)}${attribute('errors', 0)}`
  return [
    `  <testsuite${attribute('name', name)}${counts}${attribute('skipped', skipped)}>`,
    ...cases,
    '  </testsuite>',
  ].join('\n')
}

function testCase(className: string, name: string, content?: string): string {
  const open = `    <testcase${attribute('classname', className)}${attribute('name', name)}`
  return content === undefined ? `${open}/>` : `${open}>\n${content}\n    </testcase>`
}

/** Readers tell cases apart by class and name: the finding's id makes the name unique. */
function caseName(finding: Finding): string {
  const { operation, where, id } = finding
  const at = operation === undefined ? where && formatPlace(where) : operationText(operation)
  return at === undefined ? id : `${at} [${id}]`
}

function failure(finding: Finding): string {
  const { severity, message, where, curl, remedy, risk } = finding
  const text = [
    `${severity}: ${weakness(finding.weakness).title} (${risk})`,
    ...(where === undefined ? [] : [formatPlace(where)]),
    message,
    `Fix: ${remedy}`,
    ...(curl === undefined ? [] : [`Repeat: ${curl}`]),
  ]
  const body = text.map(line => escapeXml(line)).join('\n')
  return `      <failure${attribute('type', severity)}${attribute('message', message)}>${body}</failure>`
}

function attribute(name: string, value: string | number): string {
  return ` ${name}="${escapeXml(String(value))}"`
}

/** Also `>`, so that no `]]>` is left (XML 1.0 section 2.4); what XML forbids altogether is made visible first. */
function escapeXml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}

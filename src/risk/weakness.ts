/** The OWASP API Security Top 10 of 2023, in its own order. */
export const riskTitles = {
  API1: 'Broken object level authorization',
  API2: 'Broken authentication',
  API3: 'Broken object property level authorization',
  API4: 'Unrestricted resource consumption',
  API5: 'Broken function level authorization',
  API6: 'Unrestricted access to sensitive business flows',
  API7: 'Server side request forgery',
  API8: 'Security misconfiguration',
  API9: 'Improper inventory management',
  API10: 'Unsafe consumption of APIs',
} as const

export type RiskId = keyof typeof riskTitles

/** Worst first; the order is what {@link compareSeverity} and {@link atLeast} go by. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const

export type Severity = (typeof severities)[number]

export interface Weakness<Id extends string = string> {
  readonly id: Id
  readonly risk: RiskId
  /** Number in the Common Weakness Enumeration, without the `CWE-`. */
  readonly cwe: number
  /** The default; a finding may differ with the facts. */
  readonly severity: Severity
  /** A short noun phrase, without a full stop. */
  readonly title: string
  /** One to three sentences: what is wrong, why it matters. */
  readonly explanation: string
}

/** What a catalogue file writes down; the risk is given by the file it stands in. */
export type WeaknessEntry = Omit<Weakness, 'risk'>

/**
 * Orders by severity, worst first, for `Array.prototype.sort`.
 *
 * @example ['low', 'critical'].sort(compareSeverity) // → ['critical', 'low']
 */
export function compareSeverity(left: Severity, right: Severity): number {
  return severities.indexOf(left) - severities.indexOf(right)
}

/** Tells whether a severity is as bad as the threshold, or worse. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return compareSeverity(severity, threshold) <= 0
}

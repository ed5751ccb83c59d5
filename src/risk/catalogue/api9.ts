import type { WeaknessEntry } from '../weakness.ts'

/** API9:2023, improper inventory management. */
export const api9 = [
  {
    id: 'unknown-host',
    cwe: 1059,
    severity: 'medium',
    title: 'Host with unknown purpose',
    explanation:
      'A host serves the API, but its environment, audience or version is not on record. Hosts that nobody knows are neither updated nor watched.',
  },
  {
    id: 'undocumented-operation',
    cwe: 912,
    severity: 'medium',
    title: 'Operation that no contract describes',
    explanation:
      'Traffic reaches an operation that does not appear in any contract. It escaped review, and every protection that is derived from the contract passes it by.',
  },
  {
    id: 'documentation-drift',
    cwe: 1068,
    severity: 'low',
    title: 'Documentation behind the running API',
    explanation:
      'What the API does and what its documentation says have grown apart. Decisions made from the documentation, security rules among them, are then wrong.',
  },
  {
    id: 'incomplete-documentation',
    cwe: 1059,
    severity: 'low',
    title: 'Gaps in the documentation',
    explanation:
      'The documentation leaves out authentication, errors, limits or other parts that a user or reviewer must know. Gaps are filled with guesses, and guesses become vulnerabilities.',
  },
  {
    id: 'unretired-version',
    cwe: 1059,
    severity: 'medium',
    title: 'Old version without an end',
    explanation:
      'An old version is still in service without a date of retirement or a successor on record, or past that date. It keeps the flaws that newer versions have repaired.',
  },
  {
    id: 'unprotected-version',
    cwe: 424,
    severity: 'high',
    title: 'Version without the protection of the others',
    explanation:
      'A version or host that reaches the same data lacks the limits and checks of current production. Attackers do not use the front door when an older one stands open.',
  },
  {
    id: 'unlisted-data-flow',
    cwe: 1059,
    severity: 'medium',
    title: 'Sensitive data flow on no record',
    explanation:
      'Sensitive data goes to a third party without a record of what is sent, why, and who approved it. When that party is breached, nobody can say what was lost.',
  },
  {
    id: 'exposed-documentation',
    cwe: 497,
    severity: 'low',
    title: 'Documentation open to everybody',
    explanation:
      'Documentation of an API that is not public can be read by people who may not use the API. It spares an attacker the work of finding operations, parameters and internal names.',
  },
  {
    id: 'production-data-elsewhere',
    cwe: 668,
    severity: 'high',
    title: 'Production data outside production',
    explanation:
      'Real personal data or working credentials appear in a test or staging environment. Such environments are protected less, while the data is worth just as much.',
  },
] as const satisfies readonly WeaknessEntry[]

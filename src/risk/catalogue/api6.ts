import type { WeaknessEntry } from '../weakness.ts'

/** API6:2023, unrestricted access to sensitive business flows. */
export const api6 = [
  {
    id: 'unrestricted-business-flow',
    cwe: 799,
    severity: 'high',
    title: 'Business flow without a limit per actor',
    explanation:
      'A flow such as buying, booking or posting may be repeated by one actor without any restriction. Every request is valid, yet in bulk they empty the stock, block the calendar or flood the readers.',
  },
  {
    id: 'skipped-flow-step',
    cwe: 841,
    severity: 'high',
    title: 'Flow whose steps can be skipped',
    explanation:
      'The steps of a flow can be called out of order, twice, or without the ones before. What an earlier step was to ensure, a payment or a confirmation, is then simply left out.',
  },
  {
    id: 'undetected-automation',
    cwe: 799,
    severity: 'medium',
    title: 'Automation that goes unnoticed',
    explanation:
      'Programs run a flow that was meant for people, and neither their speed nor their clients or origins raise an alarm. Nothing can be challenged or refused that was never recognised.',
  },
  {
    id: 'unlabelled-flow',
    cwe: 1059,
    severity: 'low',
    title: 'Sensitive flow without a label',
    explanation:
      'An operation belongs to a flow that does harm when overused, but contract and inventory do not say so. No protection is chosen for a flow that nobody has named.',
  },
] as const satisfies readonly WeaknessEntry[]

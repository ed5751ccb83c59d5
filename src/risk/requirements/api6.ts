import type { RequirementEntry } from '../requirement.ts'

/** API6:2023, unrestricted access to sensitive business flows. */
export const api6 = [
  {
    id: 'API6-a',
    asks: 'vulnerable',
    text: 'Purchase/scalping type flows have a per-actor limit.',
    parts: ['guard', 'watch'],
    weaknesses: ['unrestricted-business-flow'],
  },
  {
    id: 'API6-b',
    asks: 'vulnerable',
    text: 'Comment/post/spam type flows have a per-actor limit.',
    parts: ['guard', 'watch'],
    weaknesses: ['unrestricted-business-flow'],
  },
  {
    id: 'API6-c',
    asks: 'vulnerable',
    text: 'Reservation/slot-hoarding flows have a per-actor limit.',
    parts: ['guard', 'watch'],
    weaknesses: ['unrestricted-business-flow'],
  },
  {
    id: 'API6-d',
    asks: 'vulnerable',
    text: 'Whether automation is a harm is settable per business and per operation.',
    parts: ['audit', 'guard'],
    weaknesses: ['unlabelled-flow', 'undetected-automation'],
  },
  {
    id: 'API6-e',
    asks: 'vulnerable',
    text: 'Every sensitive flow that is exposed has some access restriction.',
    parts: ['audit', 'inventory', 'scan'],
    weaknesses: ['unrestricted-business-flow'],
  },
  {
    id: 'API6-f',
    asks: 'prevent',
    text: 'Business layer: harmful-if-overused flows are identified and labelled in the contract/inventory.',
    parts: ['inventory', 'audit'],
    weaknesses: ['unlabelled-flow'],
  },
  {
    id: 'API6-g',
    asks: 'prevent',
    text: 'Engineering layer: a protection mechanism is chosen and recorded per labelled flow.',
    parts: ['audit', 'guard'],
    weaknesses: ['unrestricted-business-flow', 'unlabelled-flow'],
  },
  {
    id: 'API6-h',
    asks: 'prevent',
    text: 'Device fingerprint: unexpected clients (headless etc.) can be denied.',
    parts: ['guard', 'watch'],
    weaknesses: ['undetected-automation'],
  },
  {
    id: 'API6-i',
    asks: 'prevent',
    text: 'Human check (captcha/biometric pattern) can be demanded as a challenge step.',
    parts: ['guard', 'identity'],
    weaknesses: ['undetected-automation'],
  },
  {
    id: 'API6-j',
    asks: 'prevent',
    text: 'Non-human patterns detected, such as impossible speed between flow steps or skipped steps.',
    parts: ['watch', 'guard'],
    weaknesses: ['skipped-flow-step', 'undetected-automation'],
  },
  {
    id: 'API6-k',
    asks: 'prevent',
    text: 'Tor exits and known proxies can be blocked from a local list.',
    parts: ['guard', 'watch'],
    weaknesses: ['undetected-automation'],
  },
  {
    id: 'API6-l',
    asks: 'prevent',
    text: 'Machine-consumed APIs (developer/B2B) are restricted and protected too, not left without these mechanisms.',
    parts: ['identity', 'guard', 'inventory'],
    weaknesses: ['unrestricted-business-flow', 'undetected-automation'],
  },
] as const satisfies readonly RequirementEntry[]

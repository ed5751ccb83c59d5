/** Goes to the partner's hosts, on their usual ports, once; describes what it found. */

import type { Start } from '../breach.ts'
import { documentApi } from './api.ts'

const hosts = { content: 'files.partner.example', webhook: 'hooks.partner.example' } as const

export const start: Start = documentApi({
  // Compared after the one parse whose result is also what is fetched. An empty port is the scheme's own.
  allows: ({ hostname, port, username, password }, purpose) =>
    hostname === hosts[purpose] && port === '' && username === '' && password === '',
  redirects: 0,
  passesBack: false,
})

import { runGuardCommand } from '../app/guard-service.ts'
import { usage } from './arguments.ts'
import type { Command } from './command.ts'

export const guard: Command = {
  name: 'guard',
  summary: 'Stand before an API and let through only what its contract allows, in both directions.',
  usage: 'rugged guard --contract FILE --upstream URL [options]',
  positionals: { name: 'CONTRACT', least: 0, most: 0 },
  options: {
    contract: { type: 'string', value: 'FILE', summary: 'the OpenAPI contract' },
    overlay: { type: 'string', value: 'FILE', multiple: true, summary: 'an OpenAPI Overlay with security facts' },
    upstream: { type: 'string', value: 'URL', summary: 'where the API runs' },
    listen: { type: 'string', value: 'HOST:PORT', summary: 'where to listen; 127.0.0.1:8080, port 0 picks a free one' },
    config: { type: 'string', value: 'FILE', summary: 'rugged.yaml: issuers, keys, policies' },
    observe: { type: 'boolean', summary: 'refuse nothing, report everything that would have been refused' },
    events: { type: 'string', value: 'FILE', summary: 'append one JSON line per request' },
    quiet: { type: 'boolean', summary: 'do not print what was refused or noticed' },
  },
  examples: [
    'rugged guard --contract openapi.yaml --upstream http://127.0.0.1:3000',
    'rugged guard --contract openapi.yaml --overlay rugged.overlay.yaml --upstream http://127.0.0.1:3000 --observe',
    'rugged guard --config rugged.yaml --events events.jsonl',
  ],
  async run(given, terminal) {
    if (given.text('contract') === undefined && given.text('config') === undefined) {
      throw usage(guard, 'The guard needs a contract: --contract FILE, or a --config that names one.')
    }
    return await runGuardCommand(
      {
        contract: given.text('contract'),
        overlays: given.list('overlay'),
        upstream: given.text('upstream'),
        listen: given.text('listen'),
        config: given.text('config'),
        observe: given.flag('observe'),
        events: given.text('events'),
        quiet: given.flag('quiet'),
      },
      line => terminal.err(`${line}\n`),
      terminal.signal,
    )
  },
}

/**
 * No product code knows a case of the lab: the same cells must come out when every path, parameter, property and schema
 * has another name, as they would for an API that nobody here has seen.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellsOf, runBreach } from '../src/app/demo.ts'
import { type LabCase, type RunningTwin, readLab } from '../src/app/lab-case.ts'
import { runScan } from '../src/app/run-scan.ts'
import type { JsonValue } from '../src/core/json.ts'
import { atLeast } from '../src/risk/weakness.ts'
import { inverse, type Names, renameContract, renameTarget, renamingProxy } from './renaming.ts'

const folder = mkdtempSync(join(tmpdir(), 'rugged-renamed-'))
afterAll(() => rmSync(folder, { recursive: true }))

const names: Readonly<Record<string, Names>> = {
  'trading-source-account': {
    v1: 'core',
    accounts: 'wallets',
    Account: 'Wallet',
    AccountList: 'WalletList',
    NewAccount: 'OpenWallet',
    orders: 'swaps',
    Order: 'Swap',
    NewOrder: 'SwapIn',
    orderId: 'swap_ref',
    source_account_id: 'payingWalletId',
    target_account_id: 'receivingWalletId',
    product_id: 'pair',
    owner_id: 'holderKey',
    balance: 'funds',
    currency: 'unit',
    side: 'direction',
    size: 'quantity',
  },
  'payments-public-feed': {
    api: 'svc',
    v5: 'v2',
    public: 'wall',
    stories: 'moments',
    Story: 'Moment',
    StoryPage: 'MomentPage',
    Party: 'Member',
    data: 'entries',
    actor: 'giver',
    target: 'taker',
    display_name: 'full_name',
    picture_url: 'avatar_url',
    limit: 'page_size',
    before: 'older_than',
    email: 'mail_e_mail',
    phone: 'mobile_phone',
    created_at: 'happened_on',
    kind: 'sort',
  },
  'metadata-ssrf': {
    v1: 'r3',
    import: 'ingest',
    preview: 'card',
    webhooks: 'subscriptions',
    url: 'sourceUri',
    callbackUrl: 'notify_url',
    ImportRequest: 'IngestIn',
    ImportedDocument: 'Paper',
    Preview: 'Card',
    WebhookRequest: 'SubscriptionIn',
    Webhook: 'Subscription',
    excerpt: 'snippet',
    title: 'heading',
  },
}

describe.each(await readLab())('$id under other names', breach => {
  const map = names[breach.id]
  let stranger: LabCase
  beforeAll(() => {
    if (map === undefined) throw new Error(`give ${breach.id} other names in this file`)
    stranger = renamedCase(breach, map)
  })

  it('has other names in its contract', () => {
    const text = readFileSync(stranger.contract, 'utf8')
    const kept = Object.keys(map ?? {}).filter(name => name.length > 5 && new RegExp(`["/]${name}["/]`).test(text))
    expect(kept).toEqual([])
  })

  it('fills every cell', async () => {
    const row = await runBreach(stranger, () => undefined, new AbortController().signal)
    expect(cellsOf(row).map(({ holds, detail }) => (holds === true ? 'holds' : detail))).toEqual(Array(6).fill('holds'))
  })

  it('has nothing at or above medium for the scan to report on the fixed twin', async () => {
    const twin = await stranger.startFixed()
    try {
      const actors = Object.entries(twin.tokens).map(([name, token]) => ({ name, token }))
      const { findings, ledger } = await runScan({
        contract: stranger.contract,
        overlays: [],
        url: twin.url,
        actors,
        signal: new AbortController().signal,
        timeLimit: 30_000,
      })
      expect(findings.filter(finding => atLeast(finding.severity, 'medium')).map(finding => finding.message)).toEqual(
        [],
      )
      // Silence counts only where the scan got in.
      expect(ledger.some(entry => entry.happyPath)).toBe(true)
    } finally {
      await twin.close()
    }
  })
})

/** The case as a stranger would bring it: its API behind other names, its users' scripts translated back. */
function renamedCase(breach: LabCase, map: Names): LabCase {
  const write = (from: string, name: string) => {
    const file = join(folder, `${breach.id}-${name}.json`)
    // js-yaml gives plain JSON values for a document of the lab.
    writeFileSync(file, JSON.stringify(renameContract(map, load(readFileSync(from, 'utf8')) as JsonValue), null, 1))
    return file
  }
  const behindNames = (start: () => Promise<RunningTwin>) => async (): Promise<RunningTwin> => {
    const twin = await start()
    const proxy = await renamingProxy(twin.url, inverse(map))
    return {
      ...twin,
      url: proxy.url,
      close: async () => {
        await proxy.close()
        await twin.close()
      },
    }
  }
  const speaking =
    <Result>(visit: (target: Pick<RunningTwin, 'url' | 'tokens'>) => Promise<Result>) =>
    async (target: Pick<RunningTwin, 'url' | 'tokens'>): Promise<Result> => {
      const proxy = await renamingProxy(target.url, map)
      try {
        return await visit({ ...target, url: proxy.url })
      } finally {
        await proxy.close()
      }
    }
  return {
    ...breach,
    operations: breach.operations.map(operation => {
      const [method = '', path = ''] = operation.split(' ')
      return `${method} ${renameTarget(map, path)}`
    }),
    contract: write(breach.contract, 'contract'),
    overlay: write(breach.overlay, 'overlay'),
    startVulnerable: behindNames(breach.startVulnerable),
    startFixed: behindNames(breach.startFixed),
    attack: speaking(breach.attack),
    honest: speaking(breach.honest),
  }
}

import type { Card, CardKind } from '../risk/card.ts'
import { weakness } from '../risk/catalogue.ts'
import { allCards } from './coverage.ts'

const families: readonly { readonly kind: CardKind; readonly title: string; readonly says: string }[] = [
  { kind: 'rule', title: 'Rules', says: 'Audit warns of what a contract allows.' },
  {
    kind: 'probe',
    title: 'Probes',
    says: 'Scan proves what a running API does. The effect is what a probe may do to it.',
  },
  {
    kind: 'policy',
    title: 'Policies',
    says: 'Guard stops what may not pass. The mode is the one where nothing is configured.',
  },
  { kind: 'control', title: 'Controls', says: 'What the guard does for every request, whatever is configured.' },
  { kind: 'detector', title: 'Detectors', says: 'Watch notices what somebody is doing.' },
]

/** `docs/reference/cards.md`, made of the cards themselves: every plug-in, what it covers, and what to do about it. */
export function renderReference(): string {
  const cards = allCards()
  const parts = families.map(({ kind, title, says }) => {
    const members = cards.filter(card => card.kind === kind).map(({ card }) => card)
    return [`## ${title}`, says, ...members.map(card => cardSection(kind, card))].join('\n\n')
  })
  const intro =
    'Generated from the cards by `npm run docs`. A card’s id is its name in findings, in `rugged.yaml` and in the source: ' +
    'the comment in its file says what an attacker does, how this answers it, and when it is wrong.'
  return `${['# Rules, probes, policies, detectors', intro, ...parts].join('\n\n')}\n`
}

function cardSection(kind: CardKind, card: Card): string {
  const covers = card.covers.map(id => `${weakness(id).risk} \`${id}\` (CWE-${weakness(id).cwe})`).join(', ')
  const facts = [`severity ${card.severity}`, ...special(card)]
  return [
    `### ${kind}/${card.id}`,
    `${card.summary} *${facts.join('; ')}*`,
    `- Covers: ${covers}`,
    ...(card.serves === undefined ? [] : [`- Serves: ${card.serves.join(', ')}`]),
    `- Do: ${card.remedy}`,
    ...(card.references ?? []).map(
      reference => `- See: ${reference.startsWith('http') ? `<${reference}>` : reference}`,
    ),
  ]
    .join('\n')
    .replace('\n- ', '\n\n- ')
}

/** What only some families say of themselves. */
function special(card: Card): readonly string[] {
  const stated: string[] = []
  if ('effect' in card && typeof card.effect === 'string') stated.push(`effect ${card.effect}`)
  if ('defaultMode' in card && typeof card.defaultMode === 'string') stated.push(`mode ${card.defaultMode}`)
  if (card.stability !== undefined) stated.push('new: off unless configured')
  return stated
}

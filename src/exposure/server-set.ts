import { wordsOf } from '../core/words.ts'

/** Kinds of property that the server decides and a client should not (OWASP API3:2023, mass assignment). */
export type ServerSetKind =
  | 'role'
  | 'balance'
  | 'price'
  | 'owner'
  | 'tenant'
  | 'status'
  | 'verified'
  | 'timestamp'
  | 'location'

const kinds: readonly { readonly kind: ServerSetKind; readonly name: RegExp }[] = [
  {
    kind: 'role',
    name: /^(?:is )?(?:admin|administrator|superuser|staff|moderator|root)$|^(?:user |account |member )?roles?$|\b(?:permissions?|privileges?|access level|user type|account type)$/,
  },
  {
    kind: 'balance',
    name: /^(?:(?:account|available|current|wallet|credit) )?balance$|^(?:credits|loyalty points|reward points)$/,
  },
  {
    kind: 'price',
    name: /^(?:unit |total |net |gross |final )?(?:price|total|subtotal|discount(?: amount| percent)?|fee|tax)$/,
  },
  { kind: 'owner', name: /^(?:owner|created by|author|user|account|customer) id$|^owner$/ },
  { kind: 'tenant', name: /^(?:tenant|organi[sz]ation|org|workspace|company) id$/ },
  {
    kind: 'status',
    name: /^(?:(?:payment|order|account|approval|kyc|review) )?status$|^(?:payment|order|approval|kyc|review) state$|^is (?:active|enabled|paid|approved|premium|banned|blocked|deleted)$/,
  },
  {
    kind: 'verified',
    name: /^(?:is )?(?:(?:email|phone|identity|kyc|age|account) )?(?:verified|confirmed|validated|approved)$/,
  },
  { kind: 'timestamp', name: /^(?:created|updated|modified|deleted|paid|verified) (?:at|on|date|time)$/ },
  { kind: 'location', name: /^(?:latitude|longitude|lat|lng|lon)$/ },
]

/** A flag of rights: a text by that name (the root of a tree, a member of staff) is something else. */
const flag = /^(?:is )?(?:admin|administrator|superuser|staff|moderator|root)$/

/**
 * What kind of server-set property a name suggests; always a guess.
 *
 * @param types JSON Schema types; none where the schema does not say
 */
export function guessServerSet(name: string, types: readonly string[] = []): ServerSetKind | undefined {
  const words = wordsOf(name).join(' ')
  if (flag.test(words) && types.length > 0 && !types.includes('boolean')) return undefined
  const kind = kinds.find(entry => entry.name.test(words))?.kind
  // A list of credits names people, a balance sheet has an object: money is one value.
  return kind === 'balance' && types.some(type => type === 'array' || type === 'object') ? undefined : kind
}

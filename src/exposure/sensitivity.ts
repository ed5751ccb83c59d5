import { wordsOf } from '../core/words.ts'
import type { FactSource } from './fact.ts'

/** Classes of data that harm somebody when they leak; the values of `x-rugged: sensitive`. */
export const sensitivityClasses = [
  'credential',
  'secret',
  'government-id',
  'payment',
  'health',
  'financial',
  'location',
  'birth-date',
  'email',
  'phone',
  'address',
  'name',
  'picture',
  'network-id',
  'demographic',
] as const
export type SensitivityClass = (typeof sensitivityClasses)[number]

export interface Sensitivity {
  /** A class of ours, or the team's own word from the overlay. */
  readonly class: string
  readonly source: FactSource
}

/** What never belongs in a response at all, as opposed to what belongs to a person. */
export function isSecretClass(name: string): boolean {
  return name === 'credential' || name === 'secret'
}

interface Pattern {
  readonly class: SensitivityClass
  /** Matched against the words of the property's name, joined by spaces. */
  readonly name: RegExp
  /** When present, the words right around the property (what it stands in, its schema's name) must speak of this. */
  readonly context?: RegExp
  /** Of a person only: the phone of a shop and the position of a city are nobody's secret. */
  readonly personal?: true
  /** False where a thing has the like as well: not beside the words of one, unless of a person too. */
  readonly thing?: false
}

/** Words of an object that is a person, or somebody's own record. */
const person =
  /\b(?:user|person|people|customer|client|patient|employee|member|profile|contact|owner|author|sender|recipient|receiver|payer|payee|actor|guest|driver|rider|student|teacher|applicant|borrower|subscriber|visitor|passenger|citizen|resident|holder|beneficiary|staff|doctor|nurse|friend|follower|buyer|seller|athlete|attendee|participant|candidate|winner|creator|consignee|addressee|insured|traveller|traveler|voter|spouse)s?\b/

/** Words of an object whose address, phone and position everybody may know, because it is no person. */
const business =
  /\b(?:store|shop|branch|office|venue|company|companies|organi[sz]ation|restaurant|merchant|hotel|airport|station|stop|supplier|vendor|warehouse|clinic|hospital|school|universit(?:y|ies)|bank|business|brand|manufacturer|facilit(?:y|ies)|museum|theater|theatre|cinema|gym|park|place|landmark|cit(?:y|ies)|country|region|support|weather|forecast|beach|mountain|depot|pickup point)s?\b/

/** Words of what has a name or picture without being anybody. */
const thing =
  /\b(?:repositor(?:y|ies)|repo|team|group|project|file|folder|package|branch|product|item|model|table|column|field|image|service|resource|event|class|type|module|library|workflow|artifact|dataset|template|app|application|bot|server|guild|channel|device|category|tag|label|role|plan|workspace)s?\b/

const patterns: readonly Pattern[] = [
  {
    class: 'credential',
    name: /\b(?:pass ?word|passwd|pwd|passphrase|passcode|pin code|otp|totp|recovery code|reset code|backup codes?|security answer)(?: (?:confirmation|again|repeat|value|plain))?$/,
  },
  { class: 'credential', name: /^pin$/ },
  {
    class: 'secret',
    name: /\b(?:access|refresh|id|session|auth|bearer|api|reset|verification|device) token(?: value)?$|^(?:jwt|token|secret|session id)$/,
  },
  {
    class: 'secret',
    name: /\b(?:api|private|secret|signing|encryption|access|master|shared) key(?: value)?$|\b(?:client|app|shared|webhook|signing|consumer) secret(?: value)?$|\bprivate pem\b|\bhash(?:ed)? password$|\bpassword (?:hash|salt|digest)$/,
  },
  {
    class: 'government-id',
    name: /\b(?:ssn|social security(?: (?:number|no))?|national (?:id|insurance)(?: number)?|passport (?:number|no|id)|driv(?:er|ers|ing) ?licen[cs]e(?: number)?|tax (?:id|number|payer id)|nino|aadhaar|cpf|curp|personnummer|identity (?:card|number)(?: number)?)$|^passport$/,
  },
  {
    class: 'payment',
    name: /\b(?:card (?:number|no|holder|pan)|credit card(?: number)?|debit card(?: number)?|cc number|cvv2?|cvc2?|iban|sort code|routing number|account number|bank account(?: number)?|expiry (?:month|year))$|^pan$/,
  },
  {
    class: 'health',
    name: /\b(?:diagnos(?:is|es)|medications?|prescriptions?|allerg(?:y|ies)|blood (?:type|group|pressure)|heart rate|medical (?:record|history|condition)s?|health (?:record|condition)s?|disease|symptoms?|body (?:fat|weight)|bmi|pregnan(?:t|cy)|disability)$/,
  },
  { class: 'health', name: /^(?:weight|height)(?: kg| cm| lbs?)?$/, context: person },
  { class: 'financial', name: /\b(?:salary|income|wage|net worth|credit (?:score|rating)|fico|tax return)$/ },
  {
    class: 'location',
    name: /\b(?:latitude|longitude|lat|lng|lon|geo ?location|gps|coordinates?|geo ?point|last (?:known )?location|current location|home location|device location)$/,
    personal: true,
  },
  {
    class: 'birth-date',
    name: /\b(?:birth ?(?:date|day)|date of birth|dob|born(?: on| at)?|birth year)$/,
  },
  { class: 'email', name: /\be ?mails?(?: (?:address(?:es)?|id))?$/, personal: true },
  {
    class: 'phone',
    name: /\b(?:tele|cell|mobile)? ?(?:phone|telephone|mobile|msisdn|fax)(?: (?:number|no|nr))?s?$/,
    personal: true,
  },
  {
    class: 'address',
    name: /\b(?:street(?: (?:address|name|line ?\d?))?|address (?:line ?)?\d|address line|(?:home|postal|shipping|billing|delivery|mailing|residential) address|post ?code|postal code|zip code|house number)$|^zip$/,
    personal: true,
  },
  {
    class: 'name',
    name: /\b(?:first|last|family|given|middle|maiden|sur|nick|screen) ?names?$|^(?:surname|forename|initials)$/,
    thing: false,
  },
  {
    class: 'name',
    name: /^(?:(?:user|person|customer|client|patient|employee|member|contact|owner|account|legal|card) ?)?(?:full|legal|real) ?name$|^(?:customer|patient|employee|member|contact|card ?holder|recipient|sender) ?name$/,
    thing: false,
  },
  // An application, a file, a region has a display name too: ours only beside a person.
  { class: 'name', name: /^(?:(?:user|display) ?)?name$/, context: person, personal: true },
  {
    class: 'picture',
    name: /\b(?:avatar|picture|photo|portrait|selfie|face (?:image|template)|fingerprint|signature image)s?(?: (?:url|uri|link))?$/,
    context: person,
  },
  {
    class: 'picture',
    name: /\bprofile (?:picture|photo|image|pic)(?: (?:url|uri|link))?$|\bavatar(?: (?:url|uri|link))?$/,
    personal: true,
    thing: false,
  },
  {
    class: 'network-id',
    name: /\b(?:ip address|client ip|remote addr(?:ess)?|mac address|imei|imsi|device (?:serial|fingerprint)|advertising id|idfa|gaid)$|^ip$/,
    context: /\b(?:user|person|customer|client|member|visitor|session|login|sign in|audit|subscriber|actor|device)s?\b/,
  },
  {
    class: 'demographic',
    name: /\b(?:gender|ethnicity|religion|sexual orientation|marital status|nationality|political (?:party|view)s?)$|^race$/,
    context: person,
  },
]

/** Classes that are text: a number by that name counts something. */
const textual: ReadonlySet<SensitivityClass> = new Set(['email', 'name', 'picture', 'secret', 'address', 'network-id'])

const formats: Readonly<Record<string, SensitivityClass>> = {
  email: 'email',
  'idn-email': 'email',
  password: 'credential',
}

/**
 * The class that a property's name, format and surroundings suggest. A guess, and reported as one.
 *
 * @param name the property's own name
 * @param surroundings the names of what it stands in and of its schema; only the nearest belong here
 * @param types JSON Schema types; none where the schema does not say
 */
export function guessSensitivity(
  name: string,
  surroundings: readonly string[],
  format?: string,
  types: readonly string[] = [],
): Sensitivity | undefined {
  const context = surroundings.flatMap(wordsOf).join(' ')
  const impersonal = business.test(context) && !person.test(context)
  const lifeless = thing.test(context) && !person.test(context)
  const byFormat = format === undefined ? undefined : formats[format]
  if (byFormat !== undefined)
    return impersonal && byFormat === 'email' ? undefined : { class: byFormat, source: 'derived' }
  const words = wordsOf(name).join(' ')
  const numeric = types.length > 0 && types.every(type => type === 'integer' || type === 'number' || type === 'null')
  const found = patterns.find(
    pattern =>
      pattern.name.test(words) &&
      (pattern.context?.test(context) ?? true) &&
      !(pattern.personal === true && impersonal) &&
      !(pattern.thing === false && lifeless) &&
      !(numeric && textual.has(pattern.class)),
  )
  return found === undefined ? undefined : { class: found.class, source: 'guessed' }
}

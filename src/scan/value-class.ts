import type { SensitivityClass } from '../exposure/sensitivity.ts'

const mail = /^[^\s@"<>]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}$/i
const jwt = /^eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]*$/
const passwordHash = /^\$(?:2[abxy]?|argon2(?:id?|d)|scrypt|5|6|pbkdf2[\w-]*)\$[\w./,=$+-]{16,}$/
const privateKey = /-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----/
const cloudKey =
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$|^gh[pousr]_[A-Za-z0-9]{36,}$|^sk_(?:live|test)_[A-Za-z0-9]{16,}$|^xox[abprs]-[\w-]{10,}$/
const phone = /^\+[1-9]\d(?:[ ().-]{0,2}\d){6,13}$/

/** The class of data that a text is by its own form, whatever the name it stands under. */
export function classOfValue(text: string): SensitivityClass | undefined {
  if (text.length > 8_192) return undefined
  if (passwordHash.test(text)) return 'credential'
  if (jwt.test(text) || cloudKey.test(text) || privateKey.test(text)) return 'secret'
  if (mail.test(text)) return 'email'
  if (phone.test(text)) return 'phone'
  if (/^\d(?:[ -]?\d){12,18}$/.test(text)) return isCardNumber(text.replace(/[ -]/g, '')) ? 'payment' : undefined
  if (/^[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?$/.test(text))
    return isIban(text.replaceAll(' ', '')) ? 'payment' : undefined
  return undefined
}

/** Issuer prefixes of cards in use, and the check digit (ISO/IEC 7812-1, Luhn). */
function isCardNumber(digits: string): boolean {
  if (!/^(?:4|5[1-5]|2[2-7]|3[47]|6(?:011|5))/.test(digits)) return false
  let sum = 0
  for (const [index, digit] of [...digits].toReversed().entries()) {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** ISO 13616: the rearranged number leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  const moved = `${text.slice(4)}${text.slice(0, 4)}`
  let rest = 0
  for (const letter of moved) {
    for (const digit of Number.parseInt(letter, 36).toString()) rest = (rest * 10 + Number(digit)) % 97
  }
  return rest === 1
}

/** How much harm a class does when a stranger has it. A name and a picture are what a public page shows. */
export function harmOf(name: string): 'secret' | 'strong' | 'weak' {
  if (name === 'credential' || name === 'secret') return 'secret'
  return ['name', 'picture', 'demographic', 'network-id'].includes(name) ? 'weak' : 'strong'
}

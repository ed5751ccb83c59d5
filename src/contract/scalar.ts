/**
 * The value of a plain scalar by the core schema of YAML 1.2.2 (section 10.3.2). Dates stay text: YAML 1.2 has none. So
 * do `.inf` and `.nan`: JSON, which a contract has to be expressible in, cannot hold them.
 */
export function resolveScalar(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0)
  // Most scalars are words: only these first characters can begin anything else (`+-.0-9`, `~`, `fFnNtT`, or nothing).
  if ((first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e) return resolveNumber(text)
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null
    case 'true':
    case 'True':
    case 'TRUE':
      return true
    case 'false':
    case 'False':
    case 'FALSE':
      return false
    default:
      return text
  }
}

const decimal = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const octal = /^0o[0-7]+$/
const hexadecimal = /^0x[0-9a-fA-F]+$/

function resolveNumber(text: string): string | number {
  if (decimal.test(text)) return Number(text)
  // JavaScript writes both the same way as YAML.
  if (octal.test(text) || hexadecimal.test(text)) return Number(text)
  return text
}

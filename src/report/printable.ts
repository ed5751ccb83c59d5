// What a terminal, a browser or a reader's eye could take for something other than text: C0 and C1 controls (ANSI escape
// sequences begin with them), line and paragraph separators, marks that turn the direction of writing or cannot be
// seen, lone surrogates, and non-characters (which XML 1.0 section 2.2 forbids). ZWJ stays: emoji are made with it.
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]/gu

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' }

/**
 * The text with everything that is not to be seen made visible, as `\e[31m` or `\u{202e}`. Findings carry text from
 * contracts and from running APIs: whoever wrote that must not be able to write to the reader's terminal or page.
 */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    character => named[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}

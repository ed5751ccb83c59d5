import type { WeaknessEntry } from '../weakness.ts'

/** API2:2023, broken authentication. */
export const api2 = [
  {
    id: 'missing-authentication',
    cwe: 306,
    severity: 'critical',
    title: 'Protected operation without authentication',
    explanation:
      'An operation that should know its caller answers anybody, services of the same network included. Whoever finds the address has the data or the function behind it.',
  },
  {
    id: 'broken-token-verification',
    // CWE-345 rather than CWE-347: a token with a sound signature of the wrong issuer or audience is meant as well.
    cwe: 345,
    severity: 'critical',
    title: 'Token accepted unverified',
    explanation:
      'A token is believed although its signature, issuer or audience was not checked. An attacker can write a token, or bring one that was made for another service, and act as any user.',
  },
  {
    id: 'weak-token-signature',
    cwe: 347,
    severity: 'critical',
    title: 'Unsigned or weakly signed token',
    explanation:
      'Tokens pass without a signature, with an algorithm that the attacker chose, or with one signed by a secret that can be guessed. Such a signature proves nothing about who issued the token.',
  },
  {
    id: 'token-without-expiry',
    cwe: 613,
    severity: 'high',
    title: 'Token that never expires',
    explanation:
      'A token carries no time of expiry, or the time is not enforced. Once leaked it stays useful for ever, long after the user has left or changed the password.',
  },
  {
    id: 'weak-key',
    cwe: 326,
    severity: 'high',
    title: 'Key below the accepted strength',
    explanation:
      'A key for signing or encryption is too short or made for an outdated algorithm. With enough computing power it can be recovered, and everything it protects is open.',
  },
  {
    id: 'predictable-token',
    cwe: 330,
    severity: 'high',
    title: 'Guessable token',
    explanation:
      'Tokens are short, sequential or derived from known values instead of drawn from a secure random source. Somebody who has seen a few can work out valid ones.',
  },
  {
    id: 'credential-in-url',
    cwe: 598,
    severity: 'high',
    title: 'Credential in the URL',
    explanation:
      'A password, token or key travels in the path or query. URLs end up in access logs, browser histories and referrer headers, where the credential can be read by people who should never have it.',
  },
  {
    id: 'brute-force',
    cwe: 307,
    severity: 'high',
    title: 'Unlimited guesses at a credential',
    explanation:
      'Passwords, codes or tokens of one account may be tried as often as one likes, with neither lockout nor challenge. A short code falls within minutes, a common password within hours.',
  },
  {
    id: 'credential-stuffing',
    cwe: 307,
    severity: 'high',
    title: 'Leaked credentials tried in bulk',
    explanation:
      'Lists of names and passwords stolen elsewhere can be tried against the sign-in without being noticed. People reuse passwords, so a small share of a large list always opens accounts.',
  },
  {
    id: 'weak-password-policy',
    cwe: 521,
    severity: 'medium',
    title: 'Weak passwords allowed',
    explanation:
      'Users may choose passwords that are short, common or known from leaks. Those are the first ones that every attacker tries.',
  },
  {
    id: 'weak-password-storage',
    // CWE-522 covers the plain and the reversible as well; CWE-916 would mean weak hashing alone.
    cwe: 522,
    severity: 'high',
    title: 'Passwords stored in recoverable form',
    explanation:
      'Passwords are kept in plain text, in a form that can be reversed, or under a hash that is quick to compute. A stolen database then hands over the accounts, here and wherever the password was reused.',
  },
  {
    id: 'weak-recovery',
    cwe: 640,
    severity: 'high',
    title: 'Account recovery weaker than sign-in',
    explanation:
      'The way back into a forgotten account is easier to attack than the sign-in: guessable codes, no limits, questions that others can answer. The account is only as safe as its weakest entrance.',
  },
  {
    id: 'missing-reauthentication',
    cwe: 306,
    severity: 'high',
    title: 'Sensitive change without fresh proof of identity',
    explanation:
      'Password, e-mail address or second factor can be changed with nothing but a running session. A borrowed or stolen token is enough to take the account over for good.',
  },
  {
    id: 'missing-multi-factor',
    cwe: 308,
    severity: 'medium',
    title: 'No second factor',
    explanation:
      'A single secret opens the account and no second factor can be demanded. Whoever learns that one secret needs nothing else.',
  },
  {
    id: 'unfit-authentication-scheme',
    cwe: 1390,
    severity: 'medium',
    title: 'Scheme that does not prove who the user is',
    explanation:
      'A scheme is used for something that it was not made for, such as delegated access taken as proof of identity. It looks like authentication, but does not show that the user is who the request claims.',
  },
  {
    id: 'home-made-authentication',
    cwe: 1390,
    severity: 'high',
    title: 'Home-made authentication',
    explanation:
      'Sign-in, token generation or password storage follow a design of their own instead of an established standard and library. Such designs repeat mistakes that the standards have already corrected, and few people ever review them.',
  },
  {
    id: 'api-key-as-user',
    cwe: 1390,
    severity: 'medium',
    title: 'API key in place of a user',
    explanation:
      'An API key, made to identify an application, is taken as proof of a user. Keys are shared, shipped in programs and seldom renewed, so the person behind the call stays unknown.',
  },
  {
    id: 'hard-coded-credential',
    cwe: 798,
    severity: 'high',
    title: 'Credential in code or contract',
    explanation:
      'A working password, key or token stands in source code, configuration or the contract itself. Everyone who can read the file holds it, and exchanging it takes a new release.',
  },
  {
    id: 'unlisted-authentication-flow',
    cwe: 1059,
    severity: 'medium',
    title: 'Way to sign in that is on no list',
    explanation:
      'A way to obtain a session, for mobile, partner or one-click links say, is missing from the inventory of authentication flows. Limits and checks are then put on the known entrances while this one stays unguarded.',
  },
] as const satisfies readonly WeaknessEntry[]

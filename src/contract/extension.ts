/** The `x-rugged` extension after parsing, one type per place where it may stand. See docs/reference/x-rugged.md. */

export const flowPresets = [
  'login',
  'registration',
  'password-reset',
  'otp',
  'payment',
  'purchase',
  'reservation',
  'posting',
  'export',
  'admin',
] as const
export type FlowPreset = (typeof flowPresets)[number]

export const limitSubjects = ['address', 'key', 'subject', 'tenant', 'operation', 'target'] as const
export type LimitSubject = (typeof limitSubjects)[number]

/** `count/time` as numbers: `5/15m` is 5 in 900,000 milliseconds. */
export interface Rate {
  readonly count: number
  readonly milliseconds: number
}

export interface Limit {
  readonly per: LimitSubject
  /** A JSON Pointer or parameter name that points into the request; for `per: target`. */
  readonly target?: string
  readonly rate: Rate
  readonly burst?: number
  readonly cost?: number
  readonly penalty?: string
}

export interface Budget {
  readonly objects: number
  readonly per: 'minute' | 'hour' | 'day' | 'month'
}

export interface DocumentExtension {
  readonly environment?: string
  readonly audience?: 'public' | 'partner' | 'internal'
  readonly owner?: string
}

export interface OperationExtension {
  readonly roles?: readonly string[]
  readonly flow?: FlowPreset | NamedFlow
  readonly limits?: readonly Limit[]
  readonly confirm?: { readonly acr?: string; readonly maxAge?: number }
  readonly sunset?: string
  readonly successor?: string
  readonly cache?: unknown
  readonly budget?: Budget
}

export interface NamedFlow {
  readonly name: string
  readonly step?: string
  readonly after?: readonly string[]
  readonly least?: number
}

/** At an object schema. */
export interface ObjectExtension {
  readonly owner?: {
    readonly property: string
    /** The claim that it must be equal to. */
    readonly is: string
    readonly check?: 'read-before-write'
  }
  readonly tenant?: { readonly property: string; readonly is: string }
  readonly relation?: unknown
  readonly shared?: unknown
  readonly budget?: Budget
}

/** At a parameter or a schema property. */
export interface ValueExtension {
  /** The type of the object that this value names. */
  readonly id?: string
  readonly seal?: 'caller' | 'everyone'
  readonly sensitive?: string
  /** Roles or scopes that may read it; an empty list is nobody. */
  readonly visible?: readonly string[]
  /** What the others get instead: nothing when absent. */
  readonly view?: View
  readonly url?: UrlRule
}

export type View =
  | { readonly kind: 'masked' }
  | { readonly kind: 'rounded'; readonly decimals: number }
  | { readonly kind: 'aggregate'; readonly least: number }

export interface UrlRule {
  readonly schemes?: readonly string[]
  readonly hosts?: readonly string[]
  readonly ports?: readonly number[]
  readonly mediaTypes?: readonly string[]
}

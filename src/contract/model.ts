import type { JsonObject, JsonValue } from '../core/json.ts'
import type { Place } from '../risk/finding.ts'
import type { DocumentExtension, ObjectExtension, OperationExtension, ValueExtension } from './extension.ts'

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS' | 'HEAD' | 'PATCH' | 'TRACE'

export type ParameterPlace = 'path' | 'query' | 'header' | 'cookie'

/** A JSON Schema as the contract has it: an object, or true and false since 2020-12. References are not followed. */
export type Schema = JsonObject | boolean

/** A value of the document together with where it stands; what `Contract.resolve` gives and `place` takes. */
export interface Located<T = JsonValue> {
  readonly value: T
  /** JSON Pointer into the contract's document, after references were followed. */
  readonly pointer: string
}

/**
 * What the text of a parameter may become: the types that its schema allows, references followed. Texts are turned into
 * values by this before the schema itself is asked.
 */
export interface Wire {
  /** `string`, `integer`, `number`, `boolean`, `null`, `array`, `object`; empty when the schema does not say. */
  readonly types: readonly string[]
  readonly items?: Wire
  readonly properties?: ReadonlyMap<string, Wire>
  /** Of members that are not declared; absent when the schema does not speak of them. */
  readonly rest?: Wire
}

export interface Parameter {
  readonly name: string
  readonly in: ParameterPlace
  readonly required: boolean
  readonly deprecated: boolean
  /** Of `schema`, or of the one media type under `content`. Absent when the contract gives none. */
  readonly schema?: Located<Schema>
  /** The media type when the parameter is declared by `content`. */
  readonly mediaType?: string
  readonly style: string
  readonly explode: boolean
  readonly allowReserved: boolean
  readonly extension: ValueExtension
  /** What the text of the parameter may become; `parseParameters` reads by it. */
  readonly wire?: Wire
  readonly pointer: string
}

export interface MediaType {
  /** Lower case, without parameters: `application/json`. May hold wildcards as the contract wrote them. */
  readonly type: string
  readonly schema?: Located<Schema>
  readonly pointer: string
}

export interface RequestBody {
  readonly required: boolean
  readonly content: readonly MediaType[]
  readonly pointer: string
}

export interface DeclaredResponse {
  /** `200`, `4XX` or `default`. */
  readonly status: string
  readonly content: readonly MediaType[]
  readonly headers: ReadonlyMap<string, Located<JsonObject>>
  readonly pointer: string
}

/** One requirement of one alternative of `security`. */
export interface SecurityRequirement {
  readonly scheme: string
  readonly scopes: readonly string[]
}

export type SecurityScheme =
  | {
      readonly type: 'apiKey'
      readonly in: 'query' | 'header' | 'cookie'
      readonly name: string
      readonly pointer: string
    }
  | { readonly type: 'http'; readonly scheme: string; readonly bearerFormat?: string; readonly pointer: string }
  | { readonly type: 'oauth2'; readonly flows: JsonObject; readonly pointer: string }
  | { readonly type: 'openIdConnect'; readonly url: string; readonly pointer: string }
  | { readonly type: 'mutualTLS'; readonly pointer: string }

export interface Server {
  readonly url: string
  /** The path of the URL without a trailing slash, variables set to their defaults: `/v1`, or empty. */
  readonly basePath: string
  readonly pointer: string
}

export interface Operation {
  /** `GET /v1/accounts/{id}`: unique in a contract and stable for people, findings and configuration. */
  readonly key: string
  readonly id?: string
  readonly method: Method
  /** The template as written in the contract, without the server's base path. */
  readonly path: string
  readonly summary?: string
  readonly tags: readonly string[]
  readonly deprecated: boolean
  /** Those of the path item merged with those of the operation, references followed. */
  readonly parameters: readonly Parameter[]
  readonly body?: RequestBody
  readonly responses: readonly DeclaredResponse[]
  /**
   * The alternatives in force: the operation's own, else the document's. Undefined when neither says anything; an
   * empty list (`security: []`) or an empty alternative (`- {}`) lets anybody in.
   */
  readonly security?: readonly (readonly SecurityRequirement[])[]
  readonly servers: readonly Server[]
  readonly extension: OperationExtension
  readonly pointer: string
}

export interface ContractProblem {
  readonly message: string
  readonly where: Place
}

/** A contract after loading and overlays: valid where it is used, positions known, references a graph. */
export interface Contract {
  /** As the user named it. */
  readonly file: string
  readonly version: '3.0' | '3.1'
  readonly title: string
  readonly root: JsonObject
  readonly servers: readonly Server[]
  readonly securitySchemes: ReadonlyMap<string, SecurityScheme>
  readonly operations: readonly Operation[]
  readonly extension: DocumentExtension
  /** What is wrong and was worked round: everything that can still be used is used. */
  readonly problems: readonly ContractProblem[]
  /**
   * Follows `$ref` until something else stands there. With siblings (3.1) the value is the node itself when it has more
   * keywords than `$ref`; use `walkSchema` to see both. Undefined for a reference that leads nowhere or in a circle.
   */
  resolve(located: Located): Located | undefined
  /** The value at a JSON Pointer of the document. */
  at(pointer: string): Located | undefined
  /** File, line and column of a pointer: of the key where it is a member, else of the value. Overlays keep their own. */
  place(pointer: string): Place
  /** The `x-rugged` entry of a schema or property. */
  valueExtension(schema: Located<Schema>): ValueExtension
  objectExtension(schema: Located<Schema>): ObjectExtension
}

import type { ObjectReference } from '../exposure/objects.ts'
import { claimsOf } from '../identity/caller.ts'
import type { Exchange } from './exchange.ts'
import type { Verdict } from './policy.ts'
import type { Proof } from './proof.ts'

/** Objects with an id of the client's choice that one request may make. */
const mostCreated = 20

/** What a request leaves to be asked of the API. */
export class Questions {
  readonly chosen = new Set<string>()
  readonly #proofs = new Map<Proof, { readonly type: string; readonly ids: Set<string> }>()
  readonly #creations: { readonly proof: Proof; readonly reference: ObjectReference; readonly id: string }[] = []

  get none(): boolean {
    return this.#proofs.size === 0 && this.#creations.length === 0
  }

  choose(object: string): void {
    this.chosen.add(object)
  }

  prove(proof: Proof, { type }: ObjectReference, id: string): void {
    const entry = this.#proofs.get(proof) ?? { type, ids: new Set() }
    entry.ids.add(id)
    this.#proofs.set(proof, entry)
  }

  create(proof: Proof, reference: ObjectReference, id: string): void {
    this.#creations.push({ proof, reference, id })
  }

  async ask(exchange: Exchange, refuse: (log: string) => Verdict): Promise<Verdict> {
    for (const [proof, { type, ids }] of this.#proofs) {
      if (!(await proof.prove(exchange, [...ids]))) return refuse(unproven(type, exchange))
    }
    if (this.#creations.length > mostCreated) return refuse('The request makes more objects than can be looked for.')
    for (const { proof, reference, id } of this.#creations) {
      const may = await proof.mayCreate(exchange, id)
      // Where nobody can be asked, an id of a body is the new object's; one in a path may well be an old object's.
      if (may === false || (may === undefined && reference.field.place === 'path')) {
        return refuse(
          `There is an object of type ${reference.type} under this id already, and it was not shown to be the caller's own.`,
        )
      }
    }
    return undefined
  }
}

function unproven(type: string, { caller }: Exchange): string {
  if (claimsOf(caller) !== undefined) return `An object of type ${type} was not shown to be the caller's own.`
  return `An object of type ${type} was not handed to this caller, who has no verified claims to compare its owner with (no issuer).`
}

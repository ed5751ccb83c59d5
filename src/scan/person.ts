import { wordsOf } from '../core/words.ts'

const person =
  /^(?:user|person|people|customer|client|patient|employee|member|student|teacher|driver|rider|passenger|actor|sender|recipient|receiver|payer|payee|author|owner|guest|host|applicant|subscriber|buyer|seller|friend|follower|attendee|citizen|resident|tenant|holder|beneficiary|staff|doctor|nurse|candidate|athlete|participant|subject|profile|contact)s?$/

/** True where some word of the names speaks of people: what belongs to a person weighs more than what a shop shows. */
export function speaksOfPeople(...names: readonly string[]): boolean {
  return names.some(name => wordsOf(name).some(word => person.test(word)))
}

/** Seeded people and their payments: several hundred invented records, the same shape a real member table has. */

import { randomInt, randomUUID } from 'node:crypto'

export interface Person {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone: string
  readonly pictureUrl: string
  readonly business: boolean
  readonly friendsCount: number
  readonly joinedAt: string
  readonly device: { readonly model: string; readonly latitude: number; readonly longitude: number }
}

export interface Story {
  readonly id: string
  readonly kind: 'payment' | 'charge'
  readonly note: string
  readonly createdAt: string
  readonly actor: Person
  readonly target: Person
}

/** Reserved for documentation (RFC 2606), so no seeded address can belong to anybody. */
export const mailDomain = 'mail.tabshare.example'

const firstNames =
  'Amara Bruno Chiara Dilan Edda Farid Greta Hamid Ines Jonas ' +
  'Kaori Lena Mateo Nadia Oskar Priya Quentin Rosa Samir Tove'
const lastNames =
  'Abara Brandt Castell Dumont Eriksen Ferrari Gupta Horvat Ivanov Jensen Kimura Lindqvist Moreau Novak Okafor ' +
  'Pereira Quist Rossi Sato Tanaka Ueda Vogel Weiss Yilmaz Zeman'
const notes = [
  '🍕',
  'rent',
  'thanks again!',
  'concert ☔',
  'groceries',
  'taxi home',
  'birthday 🎂',
  'gas',
  'lunch',
  '🎾',
]
const storyCount = 600
const secondsBetween = 37

/** Five hundred people, no two with the same name. */
export function seedPeople(): readonly Person[] {
  return firstNames.split(' ').flatMap(firstName =>
    lastNames.split(' ').map((lastName): Person => {
      const username = `${firstName}-${lastName}-${randomInt(10, 99)}`.toLowerCase()
      return {
        username,
        firstName,
        lastName,
        email: `${username}@${mailDomain}`,
        phone: `+1555${randomInt(1_000_000, 9_999_999)}`,
        pictureUrl: `https://pictures.tabshare.example/${randomUUID()}.jpg`,
        business: randomInt(10) === 0,
        friendsCount: randomInt(3, 400),
        joinedAt: new Date(Date.UTC(2015 + randomInt(9), randomInt(12), 1 + randomInt(28))).toISOString(),
        device: {
          model: 'Phone 12',
          latitude: 40 + randomInt(9_999) / 10_000,
          longitude: -74 + randomInt(9_999) / 10_000,
        },
      }
    }),
  )
}

/** Payments between them, newest first. Steps that share no factor with 500 give everybody a turn. */
export function seedStories(people: readonly Person[]): readonly Story[] {
  const newest = Date.now()
  return Array.from({ length: storyCount }, (_, index): Story => {
    const [actor, target] = [people[(index * 7) % people.length], people[(index * 11 + 3) % people.length]]
    if (actor === undefined || target === undefined) throw new Error('Stories need people: seed them first.')
    return {
      id: randomUUID(),
      kind: index % 4 === 0 ? 'charge' : 'payment',
      note: notes[index % notes.length] ?? '',
      createdAt: new Date(newest - index * secondsBetween * 1_000).toISOString(),
      actor,
      target,
    }
  })
}

export function fullName({ firstName, lastName }: Person): string {
  return `${firstName} ${lastName}`
}

/** What a story looks like to the world: the table row as it is, or the little that the page shows. */

import { fullName, type Person, type Story } from './people.ts'

export type View = (story: Story) => Readonly<Record<string, unknown>>

/** The record as the application keeps it. The page picks what it shows, so "nobody sees" the rest. */
export const wholeRecord: View = story => ({
  ...base(story),
  audience: 'public',
  app: { name: 'TabShare for phones', version: '7.33.1' },
  actor: wholePerson(story.actor),
  target: wholePerson(story.target),
})

/** What the page shows a visitor: that somebody paid somebody, when, and the note they made public. */
export const publicView: View = story => ({
  ...base(story),
  actor: { account_kind: accountKind(story.actor) },
  target: { account_kind: accountKind(story.target) },
})

function base({ id, kind, note, createdAt }: Story) {
  return { id, kind, note, created_at: createdAt }
}

function accountKind(person: Person): 'business' | 'personal' {
  return person.business ? 'business' : 'personal'
}

function wholePerson(person: Person) {
  return {
    account_kind: accountKind(person),
    display_name: fullName(person),
    picture_url: person.pictureUrl,
    username: person.username,
    first_name: person.firstName,
    last_name: person.lastName,
    email: person.email,
    phone: person.phone,
    friends_count: person.friendsCount,
    date_joined: person.joinedAt,
    last_device: person.device,
  }
}

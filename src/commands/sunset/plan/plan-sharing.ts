import type { LaunchPermission } from '@aws-sdk/client-ec2'
import { TAGS } from '../../../image/tags.ts'

type Tags = Readonly<Record<string, string>>

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const MAX_TAGS = 50
const MAX_VALUE_LENGTH = 256

/** What `shared` says where nobody had the image, and where a parameter tells who had. */
export const NOBODY = 'none'
const PARAMETER = '/ami-action/shared/'

/** How the launch permissions of an image are kept while it is disabled: in tags, or in a parameter and a tag that names it. */
export interface SavedSharing {
  readonly tags: Tags
  readonly parameter?: { readonly name: string; readonly value: string }
}

/** Notes whom an image is shared with, in its tags where these have room, so that it can be shared again. */
export function saveSharing(imageId: string, tags: Tags, permissions: readonly LaunchPermission[]): SavedSharing {
  const words = permissions.map(toWord).sort()
  if (words.length === 0) return { tags: { [TAGS.shared]: NOBODY } }
  const parts = pack(words)
  const others = Object.keys(tags).filter(key => !isNote(key)).length
  if (others + parts.length + 1 > MAX_TAGS) {
    const name = `${PARAMETER}${imageId}`
    return { tags: { [TAGS.shared]: name }, parameter: { name, value: words.join(' ') } }
  }
  const noted = parts.map((part, i) => [`${TAGS.shared}-${i + 1}`, part])
  return { tags: { [TAGS.shared]: String(parts.length), ...Object.fromEntries(noted) } }
}

/** The name of the parameter that holds the note; undefined where the tags hold it, or there is none. */
export const parameterOf = (tags: Tags): string | undefined =>
  tags[TAGS.shared]?.startsWith(PARAMETER) ? tags[TAGS.shared] : undefined

/** The launch permissions that were noted; undefined where a part of the note is missing, or it can't be read. */
export function readSharing(tags: Tags, parameter?: string): LaunchPermission[] | undefined {
  const note = tags[TAGS.shared]
  if (note === undefined) return undefined
  if (note === NOBODY) return []
  if (note.startsWith(PARAMETER)) return parameter?.split(' ').map(fromWord)
  if (!/^\d{1,2}$/.test(note)) return undefined
  const parts = Array.from({ length: Number(note) }, (_, i) => tags[`${TAGS.shared}-${i + 1}`])
  return parts.includes(undefined) ? undefined : parts.flatMap(part => part?.split(' ').map(fromWord) ?? [])
}

/** Whether a tag is part of the note. */
export const isNote = (key: string): boolean => key === TAGS.shared || key.startsWith(`${TAGS.shared}-`)

const toWord = ({ UserId, OrganizationArn, OrganizationalUnitArn, Group }: LaunchPermission): string =>
  UserId ?? OrganizationArn ?? OrganizationalUnitArn ?? Group ?? ''

function fromWord(word: string): LaunchPermission {
  if (/^\d{12}$/.test(word)) return { UserId: word }
  if (word.includes(':organization/')) return { OrganizationArn: word }
  return word.startsWith('arn:') ? { OrganizationalUnitArn: word } : { Group: word as 'all' }
}

/** Words, with blanks between them, in as few values of tags as hold them. */
function pack(words: readonly string[]): string[] {
  const parts: string[] = []
  for (const word of words) {
    const last = parts.at(-1)
    if (last === undefined || last.length + 1 + word.length > MAX_VALUE_LENGTH) parts.push(word)
    else parts[parts.length - 1] = `${last} ${word}`
  }
  return parts
}

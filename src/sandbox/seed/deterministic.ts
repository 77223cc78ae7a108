import { createHash } from 'node:crypto'

/** A resource id that is the same in every sandbox, so that documents can quote it. */
export const seededId = (prefix: string, ...parts: readonly string[]): string =>
  `${prefix}-${digest(parts).slice(0, 17)}`

/** A UUID, version 4 in form, that is the same in every sandbox: key ids. */
export const seededUuid = (...parts: readonly string[]): string =>
  digest(parts).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5')

const digest = (parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex')

/** Why an image is kept, or what makes it go. */
export interface Reason {
  readonly code: ReasonCode
  /** A sentence without its full stop. */
  readonly text: string
}

export type ReasonCode =
  | 'published'
  | 'rollback'
  | 'held'
  | 'in-use'
  | 'lent'
  | 'being-copied'
  | 'backup'
  | 'brought-back'
  | 'not-yet'
  | 'age-unknown'
  | 'no-successor'
  | 'frozen'
  | 'stopped'
  | 'unexamined'
  | 'launched'
  | 'used-elsewhere'
  | 'protected'
  | 'bin'
  | 'locked'
  | 'limit'
  | 'state'
  | 'due'

export const reason = (code: ReasonCode, text: string): Reason => ({ code, text })

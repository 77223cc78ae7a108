import type { SavedState } from '../run.ts'

export const STATE_NAME = 'ami-action'

/** What the main step saved; undefined where it saved nothing. Errors: an Error, where it is no state of ours. */
export function parseState(text: string): SavedState | undefined {
  if (text === '') return undefined
  const value: unknown = JSON.parse(text)
  // Without its choice for a cancelled job, a state must not cost an image.
  const state = value !== null && typeof value === 'object' ? { onCancel: 'keep', ...value } : value
  if (!isState(state)) throw new Error('The saved state is of another version of this action')
  return state
}

function isState(value: unknown): value is SavedState {
  if (value === null || typeof value !== 'object') return false
  const state = value as Partial<Record<keyof SavedState, unknown>>
  return (
    state.version === 1 &&
    typeof state.run === 'string' &&
    Array.isArray(state.regions) &&
    Array.isArray(state.accounts) &&
    (state.onCancel === 'keep' || state.onCancel === 'discard')
  )
}

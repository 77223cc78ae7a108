import { AmiError, Problems } from '../errors.ts'

/** A region of an account: where an image, or what points to one, is. */
export interface Place {
  readonly region: string
  /** A member account, entered by the role that `account-role` names; absent for the account of the credentials. */
  readonly account?: string
}

/** What a place is called in inputs, outputs and messages. */
export const sayPlace = ({ region, account }: Place): string => (account ? `${account}/${region}` : region)

/** Reads what a place is called. */
export function parsePlace(text: string): Place {
  const [region = '', account] = text.split('/').reverse()
  return { region, ...(account && { account }) }
}

/** A place's errors, each of which says where. */
export function failuresAt(place: Place, error: unknown): AmiError[] {
  if (error instanceof Problems) return error.problems.flatMap(each => failuresAt(place, each))
  if (!(error instanceof AmiError)) return [new AmiError('INTERNAL', `${sayPlace(place)}: ${error}`, { cause: error })]
  const { code, message, hint } = error
  return [new AmiError(code, `${sayPlace(place)}: ${message}`, { cause: error, ...(hint && { hint }) })]
}

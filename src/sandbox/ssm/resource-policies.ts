import type { ParameterRecord } from '../world/records.ts'

export const isSharedWith = (_record: ParameterRecord, _account: string, _action: string): boolean => false

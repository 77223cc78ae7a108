import type {
  LabelParameterVersionRequest,
  LabelParameterVersionResult,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import type { ParameterRecord, ParameterVersion } from '../world/records.ts'
import { findOwn, versionNotFound, versionsOf } from './find-parameter.ts'
import { validation } from './pages.ts'

const MAX_LABELS = 10
const MAX_CHARACTERS = 100
const LABEL = /^(?!aws|ssm)[a-z_.-][\w.-]*$/i

/**
 * Labels a version, the latest where none is named; a label that another version has moves. Labels that are not valid
 * are answered and left out.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html
 */
const labelVersion: Handler<LabelParameterVersionRequest, LabelParameterVersionResult> = (input, call) => {
  const record = findOwn(input.Name ?? '', call)
  const version = findVersion(record, input.ParameterVersion ?? record.parameter.Version)
  const labels = readLabels(input.Labels)
  const valid = labels.filter(label => LABEL.test(label))
  const all = [...new Set([...(version.labels ?? []), ...valid])]
  if (all.length > MAX_LABELS) {
    const sentence = `A parameter version can have maximum ${MAX_LABELS} labels. Move one or more labels to another version and try again.`
    throw new ServiceError('ParameterVersionLabelLimitExceeded', sentence)
  }
  for (const other of versionsOf(record)) other.labels = other.labels?.filter(label => !valid.includes(label)) ?? []
  version.labels = all
  return {
    InvalidLabels: labels.filter(label => !valid.includes(label)),
    ParameterVersion: version.parameter.Version
  }
}

/**
 * Takes labels off a version; those that it does not have are answered.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html
 */
const unlabelVersion: Handler<UnlabelParameterVersionRequest, UnlabelParameterVersionResult> = (input, call) => {
  const record = findOwn(input.Name ?? '', call)
  const version = findVersion(record, input.ParameterVersion)
  const labels = readLabels(input.Labels)
  const present = version.labels ?? []
  version.labels = present.filter(label => !labels.includes(label))
  return {
    RemovedLabels: labels.filter(label => present.includes(label)),
    InvalidLabels: labels.filter(label => !present.includes(label))
  }
}

function findVersion(record: ParameterRecord, number: number | undefined): ParameterVersion {
  const found = versionsOf(record).find(({ parameter }) => parameter.Version === number)
  if (!found) throw versionNotFound(String(number), record)
  return found
}

function readLabels(labels: readonly string[] = []): string[] {
  if (labels.length < 1 || labels.length > MAX_LABELS) {
    throw validation(`1 validation error detected: 'labels' must have 1 to ${MAX_LABELS} members`)
  }
  const long = labels.find(label => label.length > MAX_CHARACTERS)
  if (long === undefined) return [...new Set(labels)]
  throw validation(
    `1 validation error detected: Value '[${long}]' at 'labels' failed to satisfy constraint: Member must have length less than or equal to ${MAX_CHARACTERS}`
  )
}

export const labelHandlers = {
  LabelParameterVersion: labelVersion,
  UnlabelParameterVersion: unlabelVersion
} satisfies Handlers

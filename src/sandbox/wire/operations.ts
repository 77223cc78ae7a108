import * as autoscaling from '@aws-sdk/client-auto-scaling'
import * as ec2 from '@aws-sdk/client-ec2'
import * as kms from '@aws-sdk/client-kms'
import * as ssm from '@aws-sdk/client-ssm'
import * as sts from '@aws-sdk/client-sts'
import { rbin } from '../rbin/schemas.ts'
import type { SchemaRef } from './schema.ts'

export const SERVICES = ['ec2', 'sts', 'autoscaling', 'ssm', 'kms', 'rbin'] as const
export type Service = (typeof SERVICES)[number]

export interface Operation {
  readonly service: Service
  readonly name: string
  readonly input: SchemaRef
  readonly output: SchemaRef
  /** How it is asked for, and the status of its answer, where the protocol is a REST one. */
  readonly http?: { readonly method: string; readonly path: string; readonly status: number }
}

/** The kind of an operation's schema tuple: `[9, namespace, name, traits, input, output]`. */
const OPERATION = 9

const tables: Record<Service, ReadonlyMap<string, Operation>> = {
  ec2: operationsOf('ec2', ec2),
  sts: operationsOf('sts', sts),
  autoscaling: operationsOf('autoscaling', autoscaling),
  ssm: operationsOf('ssm', ssm),
  kms: operationsOf('kms', kms),
  rbin: operationsOf('rbin', rbin)
}

/** Every operation that the SDK's client of this service can send, by its name. */
export const operations = (service: Service): ReadonlyMap<string, Operation> => tables[service]

function operationsOf(service: Service, client: object): Map<string, Operation> {
  const found = new Map<string, Operation>()
  for (const schema of Object.values(client)) {
    if (!Array.isArray(schema) || schema[0] !== OPERATION) continue
    const [, , name, traits, input, output] = schema
    const [method, path, status] = traits?.http ?? []
    found.set(name, { service, name, input, output, ...(method && { http: { method, path, status } }) })
  }
  return found
}

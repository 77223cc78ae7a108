import { constants, publicEncrypt, randomInt } from 'node:crypto'
import type { GetPasswordDataRequest, GetPasswordDataResult } from '@aws-sdk/client-ec2'
import type { Handler, Handlers } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { readPublicKey } from '../key-pairs/openssh.ts'
import { findInstance } from './visible.ts'

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%*+-.=?@'
const LENGTH = 32

/**
 * A password as a Windows instance makes at its first boot, encrypted for whom its RSA key pair belongs to; none for
 * other instances.
 */
export function makePasswordData({ instance, publicKey }: InstanceRecord): string | undefined {
  if (instance.Platform?.toLowerCase() !== 'windows' || !publicKey) return undefined
  const key = readPublicKey(publicKey)
  if (key?.asymmetricKeyType !== 'rsa') return undefined
  const password = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64')
}

/**
 * Answers the administrator's password of a Windows instance, encrypted; empty until the instance has made it, and for
 * one without key pair.
 *
 * @lacks a guest that the password opens
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html
 */
const getPasswordData: Handler<GetPasswordDataRequest, GetPasswordDataResult> = (input, call) => {
  const { instance, passwordData = '' } = findInstance(input.InstanceId, call)
  stopDryRun(input)
  return { InstanceId: instance.InstanceId, PasswordData: passwordData, Timestamp: call.now }
}

export const passwordHandlers = { GetPasswordData: getPasswordData } satisfies Handlers

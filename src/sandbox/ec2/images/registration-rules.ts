import type { Image, PlatformValues, RegisterImageRequest } from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../../errors.ts'

const ALLOWED = {
  Architecture: ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'],
  VirtualizationType: ['hvm', 'paravirtual'],
  BootMode: ['legacy-bios', 'uefi', 'uefi-preferred'],
  TpmSupport: ['v2.0'],
  ImdsSupport: ['v2.0'],
  SriovNetSupport: ['simple']
} as const satisfies Partial<Record<keyof RegisterImageRequest, readonly string[]>>

/**
 * Refuses values that EC2 does not have, and combinations that could not boot: NitroTPM and UEFI variables need UEFI,
 * arm64 boots by UEFI only, and only HVM machines boot by UEFI.
 * Errors: InvalidParameterValue, InvalidParameterCombination.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/enable-nitrotpm-prerequisites.html
 */
export function checkRegistration(input: RegisterImageRequest): void {
  for (const [name, values] of Object.entries(ALLOWED)) {
    const value = input[name as keyof typeof ALLOWED]
    if (value !== undefined && !(values as readonly string[]).includes(value)) {
      throw invalidValue(name, value, values.join(', '))
    }
  }
  const { Architecture, BootMode, TpmSupport, UefiData, VirtualizationType } = input
  const isUefi = BootMode === 'uefi' || BootMode === 'uefi-preferred'
  if (TpmSupport && !isUefi) throw conflict('TpmSupport needs the boot mode uefi')
  if (UefiData !== undefined && !isUefi) throw conflict('UefiData needs the boot mode uefi')
  if (UefiData !== undefined && !isBase64(UefiData)) throw invalidValue('UefiData', UefiData, 'base64')
  if (Architecture?.startsWith('arm64') && BootMode === 'legacy-bios') throw conflict('arm64 boots by UEFI only')
  if ((isUefi || Architecture?.startsWith('arm64')) && VirtualizationType !== 'hvm') {
    throw conflict('UEFI and arm64 need the virtualization type hvm')
  }
}

/** What EC2 answers; the SDK's type has it with a capital. */
const WINDOWS = 'windows' as string as PlatformValues

/** The billing products that a registered image can name, and what its instances are billed as. */
const BILLED: Readonly<Record<string, Pick<Image, 'Platform' | 'PlatformDetails' | 'UsageOperation'>>> = {
  'bp-6ba54002': { Platform: WINDOWS, PlatformDetails: 'Windows', UsageOperation: 'RunInstances:0002' },
  'bp-6fa54006': { PlatformDetails: 'Red Hat Enterprise Linux', UsageOperation: 'RunInstances:0010' }
}

/**
 * How instances of a registered image are billed: as plain Linux unless a billing product says otherwise.
 * Errors: AuthFailure for a product that no account here may use.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
 */
export function billingOf(products: readonly string[] = []): Partial<Image> {
  for (const product of products) {
    if (Object.hasOwn(BILLED, product)) continue
    throw new ServiceError('AuthFailure', `Not authorized for the billing product ${product.slice(0, 60)}`, 403)
  }
  return BILLED[products[0] ?? ''] ?? {}
}

const isBase64 = (text: string): boolean => text !== '' && Buffer.from(text, 'base64').toString('base64') === text

const conflict = (sentence: string): ServiceError => new ServiceError('InvalidParameterCombination', sentence)

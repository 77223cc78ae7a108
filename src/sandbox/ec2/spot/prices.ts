import type { InstanceTypeFacts } from '../instance-types.ts'

/** About what the families here cost; what a vCPU and a GiB add is the same for all. */
const USD_PER_VCPU = 0.03
const USD_PER_GIB = 0.005
/** What spot instances cost of the price on demand. */
const SPOT_SHARE = 0.35

/** The price of an hour on demand, in USD. */
export const onDemandUsd = ({ vCpus, memoryMiB }: InstanceTypeFacts): number =>
  vCpus * USD_PER_VCPU + (memoryMiB / 1024) * USD_PER_GIB

/** The price of an hour on the spot market, in USD. */
export const spotUsd = (type: InstanceTypeFacts): number => onDemandUsd(type) * SPOT_SHARE

/** As EC2 writes prices. */
export const priceText = (usd: number): string => usd.toFixed(6)

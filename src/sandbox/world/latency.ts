/**
 * How long EC2's transitions take, in seconds. What depends on sizes is computed where it starts: snapshots and images in
 * ec2/snapshots/snapshot-duration.ts, copies in ec2/snapshots/copy-duration.ts.
 * - start: pending → running 4.9 s (ec2-boot-bench)
 * - agent: the SSM agent registers about 60 s after launch (AWS SOCA's sysprep automation)
 * - stop, terminate: assumed, no measurement is public; AWS SOCA's automation allows a stop 1200 s
 * - volume: a 1 GiB volume is `available` within seconds (assumed)
 * - copyCheck: with a key that cannot be used, what was accepted ends within seconds (kubernetes, aws.go: such a
 *   volume "lives for couple of seconds and then it's silently deleted")
 * - imageParameter: a parameter that holds an image is validated within a few minutes, and can be tried again five
 *   minutes after one that failed (Systems Manager user guide, parameter-store-ec2-aliases); 20 s is assumed
 * - replicaKey: a replica key is `Creating` for seconds (KMS API reference, ReplicateKey)
 * - lastLaunch: 24 hours until a launch shows as LastLaunchedTime (EC2 API reference, ImageAttribute)
 * - publicAccess: blocking public access for AMIs takes up to 10 minutes (EC2 API reference, EnableImageBlockPublicAccess)
 * - tier: a snapshot takes up to 72 hours out of the archive (EBS user guide, snapshot archive considerations); into it
 *   as long
 * - firstRule: an account's first retention rule becomes active within 30 minutes (EBS user guide, recycle-bin)
 * - fastRestore: enabling and disabling fast snapshot restore takes seconds; optimizing, which comes between, takes 60
 *   minutes per TiB (EBS user guide, fast snapshot restore)
 * - fastLaunch: preparing snapshots for Windows fast launch takes as long as a Windows launch with Sysprep, 242 s (AWS
 *   compute blog, EC2 Fast Launch); removing them is assumed to take as long
 * - usageReport: an image usage report is made within minutes (assumed, no duration is public)
 * - scale: a group acts upon a changed capacity 2 to 5 s later (the times of activities in aws/aws-parallelcluster#1944 and
 *   kubernetes/autoscaler#1263)
 * - healthCheck: unhealthy instances are replaced within a few minutes (Auto Scaling user guide, health check status)
 */
const AWS_SECONDS = {
  start: 5,
  stop: 20,
  terminate: 20,
  agent: 55,
  volume: 3,
  imageParameter: 20,
  imageParameterRetry: 300,
  replicaKey: 5,
  copyCheck: 5,
  lastLaunch: 86_400,
  publicAccess: 300,
  tier: 259_200,
  firstRule: 900,
  fastRestore: 5,
  fastLaunch: 242,
  usageReport: 60,
  scale: 5,
  healthCheck: 120
} as const

/** What takes its time on EC2. */
export type Wait = keyof typeof AWS_SECONDS

/** Reads `--latency`: `instant` (0), `aws` (1), or a factor such as `0.05`. Undefined when it is none of these. */
export function parseLatency(text: string): number | undefined {
  if (text === 'instant') return 0
  if (text === 'aws') return 1
  const factor = Number(text)
  return text !== '' && Number.isFinite(factor) && factor >= 0 ? factor : undefined
}

/** How long it takes, in milliseconds: a known wait, or seconds. `factor` 0 is at once, 1 is as long as on AWS. */
export const waitMs = (wait: Wait | number, factor: number): number =>
  (typeof wait === 'number' ? wait : AWS_SECONDS[wait]) * 1000 * factor

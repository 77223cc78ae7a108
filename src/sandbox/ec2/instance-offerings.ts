import { zonesOf } from '../world/regions.ts'

/**
 * Zones and regions, by the start of their names, that lack types: those that were opened later have no hosts of the
 * previous generations. (Which letter names which zone differs by account in EC2, not here.)
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-discovery.html
 */
const LACKING: readonly [places: RegExp, types: RegExp][] = [
  [/^us-east-1f$/, /^m[13]\./],
  [/^(us-west-2d|ca-central-1d|ap-northeast-2[bd])$/, /^t2\./],
  [/^us-west-2d$/, /^m[13]\./],
  [/^(us-east-2|ca-central-1|eu-west-[23]|eu-north-1|ap-south-1|ap-northeast-[23])/, /^m[13]\./],
  [/^eu-north-1/, /^t2\./]
]

/** Whether instances of a type can be launched in a zone. */
export const isOffered = (type: string, zone: string): boolean =>
  !LACKING.some(([places, types]) => places.test(zone) && types.test(type))

/** The zones of a region where instances of a type can be launched; none where the region does not offer it. */
export const zonesOffering = (type: string, region: string): string[] =>
  zonesOf(region).filter(zone => isOffered(type, zone))

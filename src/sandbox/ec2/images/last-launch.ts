import type { Call } from '../../handler.ts'
import type { Transition } from '../../world/transition.ts'

/**
 * Notes that an image was used to launch instances, which its LastLaunchedTime tells a day later: at once with
 * `--latency instant`.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-last-launched-time.html
 */
export function noteLaunch({ world, region, now }: Call, imageId: string): void {
  world.after('lastLaunch', reportingLaunch, { region: region.name, imageId, launchedAt: now })
}

export const reportingLaunch: Transition<{ region: string; imageId: string; launchedAt: Date }> = {
  name: 'report when an image was last launched',
  act: (world, { region, imageId, launchedAt }) => {
    const image = world.usedRegion(region)?.images.get(imageId)?.image
    const time = launchedAt.toISOString()
    if (image && (image.LastLaunchedTime ?? '') < time) image.LastLaunchedTime = time
  }
}

/**
 * How long a Windows machine takes, in seconds, as `--latency aws` has it.
 * - boot, tasks: with Fast Launch, which has specialized before, an image is ready 85 s after its launch (AWS blog on EC2
 *   Fast Launch); 5 of these go by until it runs, and 55 until the SSM agent has registered. The agent's tasks take 11
 *   (17:28:02 to 17:28:13 in the sample console output of EC2Launch v2)
 * - specialize, oobe: 17:25:12 to 17:27:44, and to 17:28:02, in the same sample; both with the rest come near the 242 s
 *   that the blog measured for an image without Fast Launch
 * - generalize: assumed, no measurement is public; Image Builder gives Sysprep 60 minutes
 * - shutDown, reset: assumed
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launchv2-troubleshooting.html (sample console output)
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/win-ami-config-fast-launch.html
 */
export const WINDOWS_SECONDS = {
  boot: 14,
  specialize: 152,
  oobe: 18,
  tasks: 11,
  generalize: 180,
  shutDown: 10,
  reset: 5
} as const

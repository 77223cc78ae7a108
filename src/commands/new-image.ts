import {
  CopyImageCommand,
  type CopyImageRequest,
  CreateImageCommand,
  CreateTagsCommand,
  type Image,
  ModifyImageAttributeCommand,
  type ModifyImageAttributeRequest,
  RegisterImageCommand,
  type RegisterImageRequest,
  type Snapshot,
  type TagSpecification
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { AmiError } from '../errors.ts'
import { encodeBuildSeconds, type StageSeconds } from '../image/build-seconds.ts'
import { TAGS, toTagList, toTagSpecifications } from '../image/tags.ts'
import { awaitImage, describeSnapshots } from './image-wait.ts'
import { keyHintFor } from './key-problem.ts'
import { whenThereIsRoom } from './room.ts'
import { discardImage, findUnfinishedImages, sweepImages } from './sweep-images.ts'

/** What an image is to be, whatever it is made from. */
export interface ImageOrder {
  readonly region: string
  readonly imageName: string
  readonly description: string
  /** On everything that is created for it. */
  readonly tags: Readonly<Record<string, string>>
  /** Devices whose volumes outlive instances of the image. */
  readonly keptDevices?: readonly string[]
}

/** An image that is complete, with its snapshots. */
export interface FinishedImage {
  readonly image: Image
  readonly snapshots: readonly Snapshot[]
}

/**
 * The image that a bake makes. Once EC2 has accepted it, a cancelled run leaves it for the rerun, or discards it with
 * `on-cancel: discard`; one that failed is discarded in every case.
 */
export class NewImage implements AsyncDisposable {
  readonly #aws: Aws
  readonly #clients: Clients
  readonly #plan: ImageOrder
  #imageId: string | undefined
  /** As the last look saw them. */
  #snapshots: readonly Snapshot[] | undefined
  #state: 'none' | 'asked' | 'failed' | 'finished' = 'none'

  constructor(aws: Aws, plan: ImageOrder) {
    this.#aws = aws
    this.#clients = aws.in(plan.region)
    this.#plan = plan
  }

  get imageId(): string {
    return this.#imageId ?? ''
  }

  /** Goes on with an image that an interrupted bake left; it is this run's from now on, also for the post step. */
  async takeUp(imageId: string): Promise<void> {
    const tags = toTagList({ [TAGS.run]: this.#aws.run.id })
    await this.#clients.ec2.send(new CreateTagsCommand({ Resources: [imageId], Tags: tags }))
    this.#imageId = imageId
    this.#state = 'asked'
  }

  /**
   * Asks EC2 for the image of an instance, with all its volumes; one that runs is rebooted for it unless `noReboot`.
   * The tags go on image and snapshots at creation.
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
   */
  async create(instanceId: string, noReboot = false): Promise<void> {
    const { imageName, description, keptDevices = [] } = this.#plan
    const command = new CreateImageCommand({
      InstanceId: instanceId,
      Name: imageName,
      Description: description,
      ...(noReboot && { NoReboot: true }),
      ...(keptDevices.length > 0 && {
        BlockDeviceMappings: keptDevices.map(device => ({ DeviceName: device, Ebs: { DeleteOnTermination: false } }))
      }),
      TagSpecifications: this.#tagged('image', 'snapshot')
    })
    await this.#ask(() => this.#clients.ec2.send(command))
  }

  /**
   * Asks EC2 for an image of a snapshot, which is not ours and gets no tags.
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
   */
  async register(request: RegisterImageRequest): Promise<void> {
    const command = new RegisterImageCommand({ ...request, TagSpecifications: this.#tagged('image') })
    await this.#ask(() => this.#clients.ec2.send(command))
  }

  /**
   * Asks EC2 for a copy of an image, with all its snapshots. EC2 makes so many at once: until one is done it is waited.
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html
   */
  async copy(request: Omit<CopyImageRequest, 'Name'>, timeoutSeconds: number): Promise<void> {
    const { imageName, description, region } = this.#plan
    const tagged = { TagSpecifications: this.#tagged('image', 'snapshot') }
    const command = new CopyImageCommand({ Description: description, ...request, Name: imageName, ...tagged })
    const send = () => this.#clients.ec2.send(command)
    await this.#ask(() => whenThereIsRoom(this.#aws, `${region} to take one more copy`, send, timeoutSeconds))
  }

  /** Changes the finished image where EC2 could not be told at once: not while it is pending. */
  async modify(request: Omit<ModifyImageAttributeRequest, 'ImageId'>): Promise<void> {
    await this.#clients.ec2.send(new ModifyImageAttributeCommand({ ...request, ImageId: this.imageId }))
  }

  #tagged(...types: readonly ('image' | 'snapshot')[]): TagSpecification[] {
    return toTagSpecifications(this.#plan.tags, ...types)
  }

  async #ask(send: () => Promise<{ ImageId?: string | undefined }>): Promise<void> {
    this.#state = 'asked'
    try {
      this.#imageId = (await send()).ImageId
    } catch (error) {
      this.#imageId = await this.#findLost(error)
    }
    this.#aws.run.log.info(`EC2 makes the image ${this.imageId} (${this.#plan.imageName}) in ${this.#plan.region}`)
  }

  /** Waits until the image can be launched. Errors: EC2 where it failed, with EC2's reason; TIMEOUT. */
  async awaitAvailable(timeoutSeconds: number): Promise<Image> {
    const { image, snapshots } = await awaitImage(this.#aws, this.#clients, this.imageId, timeoutSeconds)
    if (image.State !== 'available') throw this.#failed(image)
    this.#snapshots = snapshots
    return image
  }

  /** Says that the image is not what was asked for: it is discarded. Result: the error, to be thrown. */
  reject(error: AmiError): AmiError {
    this.#state = 'failed'
    return error
  }

  /**
   * Marks the image as ours and complete, last of all: until then a rerun takes it up, from then on nothing discards
   * it. `stages` are those of a bake that made it alone; `check` says what is wrong with the snapshots.
   * Result: the image with its last tags, and its snapshots. Errors: what the check finds; the image is discarded.
   */
  async finish(
    image: Image,
    stages: readonly StageSeconds[] = [],
    check: (snapshots: readonly Snapshot[]) => AmiError | undefined = () => undefined
  ): Promise<FinishedImage> {
    const snapshots = this.#snapshots ?? (await describeSnapshots(this.#clients, image))
    const wrong = check(snapshots)
    if (wrong) throw this.reject(wrong)
    const tags = toTagList({
      [TAGS.self]: this.imageId,
      ...(stages.length > 0 && { [TAGS.buildSeconds]: encodeBuildSeconds(stages) })
    })
    await this.#clients.ec2.send(new CreateTagsCommand({ Resources: [this.imageId], Tags: tags }))
    this.#state = 'finished'
    return { image: { ...image, Tags: [...(image.Tags ?? []), ...tags] }, snapshots }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { inputs, signal, id, log } = this.#aws.run
    const isDiscarded =
      this.#state === 'failed' || (this.#state === 'asked' && signal.aborted && inputs.onCancel === 'discard')
    if (!isDiscarded) return
    const clients = this.#aws.forCleanup.in(this.#plan.region)
    try {
      if (this.#imageId) await discardImage(clients, { imageId: this.#imageId, tags: this.#plan.tags }, log)
      else await sweepImages(clients, id, log)
    } catch (error) {
      log.warning(`The unfinished image could not be discarded now: ${error}. The post step tries again.`)
    }
  }

  /** CreateImage and RegisterImage have no ClientToken: after a lost answer the name tells whether it had its effect. */
  async #findLost(error: unknown): Promise<string> {
    if (this.#aws.signal.aborted || serviceErrorName(error) !== 'InvalidAMIName.Duplicate') throw error
    const [lost] = await findUnfinishedImages(this.#clients, this.#aws.run.id)
    if (!lost) throw error
    return lost.imageId
  }

  #failed({ State: state, StateReason: reason }: Image): AmiError {
    this.#state = 'failed'
    const why = reason?.Message ? `: ${reason.Message}` : ''
    return new AmiError('EC2', `EC2 could not make the image ${this.imageId}: it is ${state}${why}`, keyHintFor(why))
  }
}

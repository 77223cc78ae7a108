/** What the sandbox needs of the machines it starts: volumes as chains of layers, and guests that run on them. */
export interface Guests {
  readonly kind: 'real' | 'scripted'
  /** Said on stderr at start and on each console: why guests are scripted, or what they lack on this host. */
  readonly notice?: string
  /** Makes a writable layer over a frozen chain, or of an empty one an empty data volume; one that is there stays. */
  createVolume(volumeId: string, from: readonly string[]): Promise<void>
  /** Takes what CreateSnapshot takes: the volume's content now, as a chain of layers. The volume goes on over it. */
  freeze(volumeId: string): Promise<readonly string[]>
  deleteVolume(volumeId: string): Promise<void>
  /** Deletes layers that no snapshot and no volume needs any more. Base layers stay. */
  deleteLayers(layers: readonly string[]): Promise<void>
  /** The bytes that the layers hold themselves, without their base. */
  sizeBytes(layers: readonly string[]): Promise<number>
  /** Resolves when PID 1 of the guest runs. */
  boot(request: BootRequest): Promise<Guest>
  /** Ends all guests, unmounts everything, removes the work folder. */
  close(): Promise<void>
}

export interface BootRequest {
  /** The instance's id, `i-…`. */
  readonly id: string
  /** Volumes made with createVolume; one of them is the root volume. */
  readonly volumes: readonly GuestVolume[]
  /** Decoded from base64, maybe gzip. Given at every boot. */
  readonly userData?: Uint8Array
  /** The first boot of this instance, at which its user data runs. */
  readonly first: boolean
  /** What the instance metadata service answers, by path below `/latest/`, such as `meta-data/instance-id`. */
  readonly metadata: Readonly<Record<string, string>>
  /** The instance has an instance profile, so its SSM agent answers. */
  readonly agent: boolean
  /** Console output as it comes. */
  onConsole(text: string): void
  /** The guest ended by itself. Not called after stop() or kill(). */
  onEnd(how: GuestEnd): void
}

export interface GuestVolume {
  readonly volumeId: string
  readonly device: string
  readonly root: boolean
}

export type GuestEnd = 'poweroff' | 'reboot' | 'crash'

/** A running machine. */
export interface Guest {
  /** Settles when the agent may answer; user data need not be finished by then. */
  readonly ready: Promise<void>
  run(request: RunRequest): Promise<RunResult>
  stop(): Promise<void>
  kill(): Promise<void>
  reboot(): Promise<void>
}

export interface RunRequest {
  readonly script: string
  readonly shell: 'bash' | 'powershell'
  readonly timeoutSeconds: number
  readonly signal?: AbortSignal
  readonly env?: Readonly<Record<string, string>>
  onOutput?(chunk: { stdout?: string; stderr?: string }): void
}

export interface RunResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  /** Why the script could not run here. */
  readonly notRun?: string
}

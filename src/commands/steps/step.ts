import type { LaunchPermission } from '@aws-sdk/client-ec2'

/** One change at one place, as plain data: what `dry-run` shows is what is done. */
export type Step = ImageStep | PointerStep | RefreshStep

/** A change of an image that is the account's own. */
export type ImageStep =
  | { readonly kind: 'share'; readonly imageId: string; readonly permissions: readonly LaunchPermission[] }
  | { readonly kind: 'unshare'; readonly imageId: string; readonly permissions: readonly LaunchPermission[] }
  | { readonly kind: 'protect'; readonly imageId: string }
  | { readonly kind: 'tag'; readonly imageId: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'untag'; readonly imageId: string; readonly keys: readonly string[] }
  | { readonly kind: 'deprecate'; readonly imageId: string; readonly at: Date }
  | { readonly kind: 'cancel-deprecation'; readonly imageId: string }
  | { readonly kind: 'enable'; readonly imageId: string }

/** A change of what instances are launched by: a parameter, or a launch template. */
export type PointerStep = ParameterStep | TemplateStep

export type ParameterStep =
  | { readonly kind: 'set-parameter'; readonly name: string; readonly from?: string; readonly to: string }
  /** Another run may have put its own meanwhile. */
  | { readonly kind: 'confirm-parameter'; readonly name: string; readonly imageId: string }
  | { readonly kind: 'delete-parameter'; readonly name: string }
  | { readonly kind: 'label'; readonly name: string; readonly label: string; readonly version: number | Added }
  | { readonly kind: 'unlabel'; readonly name: string; readonly label: string }

export type TemplateStep =
  | ({ readonly kind: 'create-template'; readonly template: string } & TemplateContent)
  | { readonly kind: 'delete-template'; readonly template: string }
  | ({ readonly kind: 'add-version'; readonly template: string; readonly source: number } & TemplateContent)
  | { readonly kind: 'delete-version'; readonly template: string }
  | { readonly kind: 'set-default'; readonly template: string; readonly version: number | Added }

/** An instance refresh of an Auto Scaling group. */
export interface RefreshStep {
  readonly kind: 'refresh'
  readonly group: string
}

/** The version that an earlier step of the same place has added. */
export type Added = 'added'

/** What is the image's own in a launch template. */
export interface TemplateContent {
  readonly imageId: string
  /** Not encoded; absent where the template's own stays. */
  readonly userData?: string
}

import type { Handlers } from '../../handler.ts'
import { describeSnapshotAttribute, modifySnapshotAttribute, resetSnapshotAttribute } from './attribute.ts'
import { createSnapshot, createSnapshotTransitions } from './create.ts'
import { createSnapshots } from './create-all.ts'
import { deleteSnapshot } from './delete.ts'
import { describeSnapshots } from './describe.ts'
import { describeFastSnapshotRestores } from './describe-fast-restore.ts'
import { describeLockedSnapshots } from './describe-locked.ts'
import { describeSnapshotTierStatus } from './describe-tier.ts'
import { disableFastSnapshotRestores, enableFastSnapshotRestores } from './fast-restore.ts'
import { fastRestoreTransitions } from './fast-restore-life.ts'
import { lockSnapshot, unlockSnapshot } from './lock.ts'
import {
  disableSnapshotBlockPublicAccess,
  enableSnapshotBlockPublicAccess,
  getSnapshotBlockPublicAccessState
} from './public-access.ts'
import { modifySnapshotTier, restoreSnapshotTier } from './tier.ts'
import { tierTransitions } from './tier-life.ts'

export const snapshotHandlers = {
  CreateSnapshot: createSnapshot,
  CreateSnapshots: createSnapshots,
  DeleteSnapshot: deleteSnapshot,
  DescribeSnapshots: describeSnapshots,
  DescribeSnapshotAttribute: describeSnapshotAttribute,
  ModifySnapshotAttribute: modifySnapshotAttribute,
  ResetSnapshotAttribute: resetSnapshotAttribute,
  GetSnapshotBlockPublicAccessState: getSnapshotBlockPublicAccessState,
  EnableSnapshotBlockPublicAccess: enableSnapshotBlockPublicAccess,
  DisableSnapshotBlockPublicAccess: disableSnapshotBlockPublicAccess,
  LockSnapshot: lockSnapshot,
  UnlockSnapshot: unlockSnapshot,
  DescribeLockedSnapshots: describeLockedSnapshots,
  ModifySnapshotTier: modifySnapshotTier,
  RestoreSnapshotTier: restoreSnapshotTier,
  DescribeSnapshotTierStatus: describeSnapshotTierStatus,
  EnableFastSnapshotRestores: enableFastSnapshotRestores,
  DisableFastSnapshotRestores: disableFastSnapshotRestores,
  DescribeFastSnapshotRestores: describeFastSnapshotRestores
} satisfies Handlers

export const snapshotTransitions = [...createSnapshotTransitions, ...tierTransitions, ...fastRestoreTransitions]

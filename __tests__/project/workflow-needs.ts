import type { Job, Permissions, Step } from './workflow-files.ts'

/** What a step does that GitHub asks a permission for. */
const NEEDS: readonly { readonly does: (step: Step) => boolean; readonly permissions: Permissions }[] = [
  { does: ({ uses = '' }) => uses.startsWith('actions/checkout@'), permissions: { contents: 'read' } },
  { does: ({ with: inputs }) => Boolean(inputs?.['role-to-assume']), permissions: { 'id-token': 'write' } },
  { does: ({ run = '' }) => run.includes('ACTIONS_ID_TOKEN_REQUEST_URL'), permissions: { 'id-token': 'write' } },
  { does: ({ with: inputs }) => Boolean(inputs?.comment), permissions: { 'pull-requests': 'write' } },
  {
    does: ({ with: inputs }) => inputs?.command === 'sunset' && Boolean(inputs['github-token']),
    permissions: { issues: 'write' }
  },
  { does: ({ with: inputs }) => Boolean(inputs?.['run-id']), permissions: { actions: 'read' } },
  { does: ({ run = '' }) => /gh api .*\/actions\//.test(run), permissions: { actions: 'read' } },
  { does: ({ run = '' }) => /gh release (?:create|edit)|\bpush\b/.test(run), permissions: { contents: 'write' } },
  {
    does: ({ uses = '' }) => uses.startsWith('actions/attest@'),
    permissions: { 'id-token': 'write', attestations: 'write' }
  }
]

/** What a job's steps need that it does not grant itself, as sentences. */
export function findMissingPermissions({ permissions, steps = [] }: Job): string[] {
  const granted = typeof permissions === 'object' ? permissions : {}
  const needed = NEEDS.filter(({ does }) => steps.some(does)).flatMap(need => Object.entries(need.permissions))
  const missing = needed.filter(([name, level]) => granted[name] !== level && granted[name] !== 'write')
  return [...new Set(missing.map(([name, level]) => `does not grant itself ${name}: ${level}`))]
}

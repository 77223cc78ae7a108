/** The id of a run in a workflow: GitHub's run id, the attempt, and what tells the legs of a matrix apart. */
const OF_WORKFLOW = /^(\d+)-(\d+)-/

/** The run of a workflow that a run's id tells of, the same in all its attempts; absent outside of GitHub. */
export const workflowRunOf = (run: string): string | undefined => OF_WORKFLOW.exec(run)?.[1]

/** Which attempt of its workflow a run's id tells of, from 1; 0 outside of GitHub. */
export const attemptOf = (run: string): number => Number(OF_WORKFLOW.exec(run)?.[2] ?? 0)

/**
 * Whether a run was an earlier attempt of the workflow run that `current` belongs to: it has ended, for GitHub runs a
 * workflow again only once it is over.
 *
 * @see https://docs.github.com/en/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
 */
export function isSuperseded(run: string, current: string): boolean {
  const [, id, attempt] = OF_WORKFLOW.exec(run) ?? []
  const [, currentId, currentAttempt] = OF_WORKFLOW.exec(current) ?? []
  return id !== undefined && id === currentId && Number(attempt) < Number(currentAttempt)
}

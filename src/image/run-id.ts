/** The run of a workflow that a run's id tells of, the same in all its attempts; absent outside of GitHub. */
export const workflowRunOf = (run: string): string | undefined => /^(\d+)-\d+-/.exec(run)?.[1]

import { parse } from 'yaml'
import { calledFile, type Job, type Permissions, readWorkflow, type Workflow } from './workflow-files.ts'

const permissionsOf = (job: Job): Permissions => (typeof job.permissions === 'object' ? job.permissions : {})

/** What a called workflow's jobs need together; GitHub refuses to start it where the caller grants less. */
const needsOf = (workflow: Workflow): Permissions =>
  Object.assign({}, ...Object.values(workflow.jobs).map(permissionsOf))

/** Where a workflow grants one that it calls less than that needs, or more, as sentences. */
export function findCallFaults(text: string): string[] {
  return Object.entries((parse(text) as Workflow).jobs).flatMap(([name, job]) => {
    const file = job.uses && calledFile(job.uses)
    if (!file) return []
    const [granted, needed] = [permissionsOf(job), needsOf(readWorkflow(file))]
    const names = new Set([...Object.keys(granted), ...Object.keys(needed)])
    const wrong = [...names].filter(each => granted[each] !== needed[each])
    return wrong.map(each => `${name} grants ${each}: ${granted[each]}, expected ${needed[each]}`)
  })
}

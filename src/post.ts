import { runPost } from './action/job.ts'
import { cleanUp } from './commands/cleanup.ts'

void runPost(cleanUp)

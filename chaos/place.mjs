// The embedded EC2 as a world is made in it and looked at: its own endpoints, and clients of AWS.
import { EC2Client } from '@aws-sdk/client-ec2'
import { KMSClient } from '@aws-sdk/client-kms'
import { SSMClient } from '@aws-sdk/client-ssm'
import { SECRETS } from './secrets.mjs'

export const [HERE, THERE] = ['us-east-1', 'eu-west-1']
export const REGIONS = [HERE, THERE]

export class Place {
  constructor(url) {
    this.url = url
  }

  async control(method, path, body) {
    const answer = await fetch(`${this.url}/_sandbox/${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json()
  }

  seed(account, region, content) {
    return this.control('POST', 'seed', { account, region, ...content })
  }

  ec2(account, region) {
    return new EC2Client(this.#options(account, region))
  }

  kms(account, region) {
    return new KMSClient(this.#options(account, region))
  }

  ssm(account, region) {
    return new SSMClient(this.#options(account, region))
  }

  #options(account, region) {
    const credentials = { accessKeyId: account, secretAccessKey: SECRETS.accessKey }
    return { region, endpoint: this.url, credentials, maxAttempts: 1 }
  }
}

import { DescribeImagesCommand, type Image } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import { AmiError } from '../../../errors.ts'
import type { Base } from '../../../recipe/recipe.ts'

/** Every image that a base may mean. Errors: BASE for a parameter that holds no image; what a denied read says. */
export async function readBases(clients: Clients, base: Base): Promise<Image[]> {
  switch (base.kind) {
    case 'id':
      return describeBase(clients, base.id)
    case 'ssm':
      return describeBase(clients, await readImageParameter(clients, base.parameter))
    case 'filter': {
      const filters = [
        { Name: 'name', Values: [base.name] },
        { Name: 'state', Values: ['available'] },
        ...(base.architecture ? [{ Name: 'architecture', Values: [base.architecture] }] : [])
      ]
      const { Images: images = [] } = await clients.ec2.send(
        new DescribeImagesCommand({ Owners: [...base.owners], Filters: filters })
      )
      return images
    }
    case 'instance':
    case 'snapshot':
      return []
  }
}

async function describeBase(clients: Clients, id: string): Promise<Image[]> {
  try {
    const { Images: images = [] } = await clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))
    return images
  } catch (error) {
    if (serviceErrorName(error).startsWith('InvalidAMIID')) return []
    throw error
  }
}

async function readImageParameter(clients: Clients, name: string): Promise<string> {
  try {
    const { Parameter: parameter } = await clients.ssm.send(new GetParameterCommand({ Name: name }))
    const value = parameter?.Value ?? ''
    if (/^ami-[0-9a-f]+$/.test(value)) return value
    throw new AmiError('BASE', `Expected the SSM parameter ${name} to hold an image id, found '${value.slice(0, 60)}'`)
  } catch (error) {
    if (serviceErrorName(error) !== 'ParameterNotFound') throw error
    throw new AmiError('BASE', `The SSM parameter ${name} of the base does not exist in ${clients.region}`, {
      cause: error,
      hint: 'See which there are: aws ssm get-parameters-by-path --path /aws/service/ami-amazon-linux-latest'
    })
  }
}

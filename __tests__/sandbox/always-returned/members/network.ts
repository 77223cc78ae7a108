import { membersOf } from '../documents.ts'

const VPC = `{
  VpcId,OwnerId,State,CidrBlock,IsDefault,InstanceTenancy,DhcpOptionsId,
  CidrBlockAssociationSet[].{AssociationId,CidrBlock,CidrBlockState.State}
}`
const SUBNET = `{
  SubnetId,SubnetArn,VpcId,OwnerId,State,AvailabilityZone,AvailabilityZoneId,AvailableIpAddressCount,CidrBlock,
  DefaultForAz,MapPublicIpOnLaunch,AssignIpv6AddressOnCreation,Ipv6CidrBlockAssociationSet[]
}`
const RULE = '{SecurityGroupRuleId,GroupId,GroupOwnerId,IsEgress,IpProtocol,FromPort,ToPort}'
const PERMISSIONS = '[].{IpProtocol,IpRanges[],PrefixListIds[],UserIdGroupPairs[]}'

/** Also read by the waiters `vpc_available`, `subnet_available` and `security_group_exists` of the AWS SDKs. */
export const networkMembers = membersOf('ec2', [
  ['CreateVpc', 'example', `Vpc.${VPC}`, 'Vpc.Ipv6CidrBlockAssociationSet[]'],
  [
    'CreateDefaultVpc',
    'example',
    'Vpc.{VpcId,State,CidrBlock,IsDefault,InstanceTenancy,DhcpOptionsId,Ipv6CidrBlockAssociationSet[],Tags[]}'
  ],
  ['DescribeVpcs', 'example', `Vpcs[].${VPC}`],
  ['CreateSubnet', 'example', `Subnet.${SUBNET}`],
  [
    'DescribeSubnets',
    'example',
    `Subnets[].${SUBNET}`,
    'Subnets[].{MapCustomerOwnedIpOnLaunch,EnableDns64,Ipv6Native}',
    'Subnets[].PrivateDnsNameOptionsOnLaunch.{HostnameType,EnableResourceNameDnsARecord,EnableResourceNameDnsAAAARecord}'
  ],
  ['CreateSecurityGroup', 'example', 'GroupId'],
  ['DeleteSecurityGroup', 'reference', 'Return', 'GroupId'],
  [
    'DescribeSecurityGroups',
    'example',
    'SecurityGroups[].{GroupId,GroupName,Description,OwnerId,VpcId,IpPermissions[]}',
    `SecurityGroups[].IpPermissionsEgress${PERMISSIONS}`
  ],
  ['AuthorizeSecurityGroupIngress', 'example', 'Return', `SecurityGroupRules[].${RULE}`],
  ['AuthorizeSecurityGroupEgress', 'example', 'Return', `SecurityGroupRules[].${RULE}`],
  ['RevokeSecurityGroupIngress', 'reference', 'Return'],
  ['RevokeSecurityGroupEgress', 'reference', 'Return'],
  ['DescribeRegions', 'example', 'Regions[].{RegionName,Endpoint}'],
  [
    'DescribeAvailabilityZones',
    'example',
    'AvailabilityZones[].{ZoneName,ZoneId,RegionName,GroupName,NetworkBorderGroup,State,OptInStatus,Messages[]}'
  ],
  ['DescribeAccountAttributes', 'example', 'AccountAttributes[].{AttributeName,AttributeValues[].AttributeValue}'],
  ['DescribeTags', 'example', 'Tags[].{Key,Value,ResourceId,ResourceType}'],
  ['CreateKeyPair', 'reference', '{KeyName,KeyPairId,KeyFingerprint,KeyMaterial}'],
  ['ImportKeyPair', 'example', '{KeyName,KeyFingerprint}', 'KeyPairId'],
  ['DescribeKeyPairs', 'example', 'KeyPairs[].{KeyName,KeyPairId,KeyFingerprint,KeyType,Tags[],CreateTime}'],
  ['DeleteKeyPair', 'example', '{Return,KeyPairId}']
])

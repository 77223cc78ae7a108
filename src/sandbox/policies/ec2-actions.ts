/**
 * Which resources EC2's actions are authorized on, as far as the sandbox models them: those that the request names; a
 * `*` marks a type that is needed and stands for any resource of it where none is named, a `+` a type of which the
 * action makes one. Actions that are not here are authorized on `*`.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-actions-as-permissions
 */
export const EC2_ACTIONS = `
  AssociateIamInstanceProfile instance*
  AttachNetworkInterface instance* network-interface*
  AttachVolume instance* volume*
  AuthorizeSecurityGroupEgress security-group*
  AuthorizeSecurityGroupIngress security-group*
  CancelImageLaunchPermission image*
  CancelSpotFleetRequests spot-fleet-request*
  CancelSpotInstanceRequests spot-instances-request*
  CopyImage image +image +snapshot
  CopySnapshot snapshot +snapshot
  CreateFleet image launch-template subnet snapshot +fleet +instance +volume
  CreateImage instance* +image +snapshot
  CreateImageUsageReport image* +image-usage-report
  CreateKeyPair +key-pair
  CreateLaunchTemplate +launch-template
  CreateLaunchTemplateVersion launch-template*
  CreateNetworkInterface subnet* security-group +network-interface
  CreateSecurityGroup vpc +security-group
  CreateSnapshot volume* +snapshot
  CreateSnapshots instance* volume* +snapshot
  CreateSubnet vpc* +subnet
  CreateVolume snapshot +volume
  CreateVpc +vpc
  DeleteFleets fleet*
  DeleteImageUsageReport image-usage-report*
  DeleteKeyPair key-pair
  DeleteLaunchTemplate launch-template*
  DeleteLaunchTemplateVersions launch-template*
  DeleteNetworkInterface network-interface*
  DeleteSecurityGroup security-group*
  DeleteSnapshot snapshot*
  DeleteSubnet subnet*
  DeleteVolume volume*
  DeleteVpc vpc*
  DeregisterImage image*
  DescribeFleetHistory fleet*
  DescribeFleetInstances fleet*
  DescribeImageAttribute image*
  DescribeInstanceAttribute instance*
  DescribeSnapshotAttribute snapshot*
  DescribeSpotFleetInstances spot-fleet-request*
  DescribeSpotFleetRequestHistory spot-fleet-request*
  DescribeVolumeAttribute volume*
  DetachNetworkInterface instance network-interface
  DetachVolume volume* instance
  DisableFastLaunch image*
  DisableFastSnapshotRestores snapshot*
  DisableImage image*
  DisableImageDeprecation image*
  DisableImageDeregistrationProtection image*
  DisassociateIamInstanceProfile instance*
  EnableFastLaunch image* launch-template
  EnableFastSnapshotRestores snapshot*
  EnableImage image*
  EnableImageDeprecation image*
  EnableImageDeregistrationProtection image*
  GetConsoleOutput instance*
  GetImageAncestry image*
  GetLaunchTemplateData instance*
  GetPasswordData instance*
  ImportKeyPair +key-pair
  LockSnapshot snapshot*
  ModifyFleet fleet* image launch-template subnet
  ModifyImageAttribute image*
  ModifyInstanceAttribute instance* security-group volume
  ModifyInstanceMetadataOptions instance*
  ModifyLaunchTemplate launch-template*
  ModifyNetworkInterfaceAttribute network-interface* instance security-group
  ModifySnapshotAttribute snapshot*
  ModifySnapshotTier snapshot*
  ModifySubnetAttribute subnet*
  ModifyVolume volume*
  ModifyVolumeAttribute volume*
  MonitorInstances instance*
  RebootInstances instance*
  RegisterImage snapshot +image
  ReplaceIamInstanceProfileAssociation instance*
  RequestSpotFleet image launch-template security-group snapshot subnet +spot-fleet-request
  RequestSpotInstances image security-group snapshot subnet +spot-instances-request
  ResetImageAttribute image*
  ResetInstanceAttribute instance*
  ResetSnapshotAttribute snapshot*
  RestoreImageFromRecycleBin image*
  RestoreSnapshotFromRecycleBin snapshot*
  RestoreSnapshotTier snapshot*
  RevokeSecurityGroupEgress security-group*
  RevokeSecurityGroupIngress security-group*
  RunInstances image* subnet* security-group* network-interface* launch-template snapshot +instance +volume
  StartInstances instance*
  StopInstances instance*
  TerminateInstances instance*
  UnlockSnapshot snapshot*
  UnmonitorInstances instance*
  UpdateSecurityGroupRuleDescriptionsEgress security-group*
  UpdateSecurityGroupRuleDescriptionsIngress security-group*
`

#!/usr/bin/env bash
# The bake that platform teams write by hand: launch, wait, image, copies. NAME, OWNER, BASE, TYPE, USER_DATA, KEY, REGIONS.
set -euo pipefail

read -r base device < <(aws ec2 describe-images --owners "$OWNER" --filters "Name=name,Values=$BASE" \
  --query 'sort_by(Images, &CreationDate)[-1].[ImageId, RootDeviceName]' --output text)
key=${KEY:+,KmsKeyId=$KEY}
instance=$(aws ec2 run-instances --image-id "$base" --instance-type "$TYPE" --user-data "file://$USER_DATA" \
  --metadata-options HttpTokens=required \
  --block-device-mappings "DeviceName=$device,Ebs={VolumeType=gp3,Encrypted=true$key}" \
  --query 'Instances[0].InstanceId' --output text)
trap 'aws ec2 terminate-instances --instance-ids "$instance" >/dev/null' EXIT
aws ec2 wait instance-running --instance-ids "$instance"
aws ec2 wait instance-stopped --instance-ids "$instance"

image=$(aws ec2 create-image --instance-id "$instance" --name "$NAME" --query ImageId --output text)
aws ec2 wait image-available --image-ids "$image"

copies=()
for region in $REGIONS; do
  copies+=("$region $(aws ec2 copy-image --region "$region" --source-region "$AWS_DEFAULT_REGION" \
    --source-image-id "$image" --name "$NAME" --encrypted --kms-key-id "$KEY" --query ImageId --output text)")
done
for copy in "${copies[@]}"; do
  aws ec2 wait image-available --region "${copy% *}" --image-ids "${copy#* }"
done

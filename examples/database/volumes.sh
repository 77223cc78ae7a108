#!/bin/bash
# Makes a filesystem on each data volume and mounts it by label: device names differ from one instance type to another.
set -euo pipefail
apt-get -qq update

mount_volume() {
  local device=$1 label=$2 folder=$3
  mkfs.xfs -q -L "$label" "$(readlink -f "$device")"
  mkdir -p "$folder"
  echo "LABEL=$label $folder xfs defaults,noatime 0 2" >>/etc/fstab
  mount "$folder"
}

mount_volume "$DATA" data /var/lib/postgresql
mount_volume "$WAL" wal /var/lib/postgresql-wal

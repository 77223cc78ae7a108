#!/bin/bash
set -euo pipefail
dnf config-manager --add-repo https://developer.download.nvidia.com/compute/cuda/repos/amzn2023/x86_64/cuda-amzn2023.repo
dnf clean expire-cache
dnf -y module install nvidia-driver:latest-dkms
dnf -y install nvidia-container-toolkit docker
nvidia-ctk runtime configure --runtime=docker
systemctl enable docker

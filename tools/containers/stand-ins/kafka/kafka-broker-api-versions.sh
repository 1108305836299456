#!/usr/bin/env bash
# The stack's archives lack Kafka's tools. This sends the same request, ApiVersions, and is content with the header of an answer.
set -euo pipefail
address=$2
exec 3<> "/dev/tcp/${address%:*}/${address#*:}"
printf '\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff' >&3
[ "$(timeout 10 head -c 10 <&3 | wc -c)" -eq 10 ]

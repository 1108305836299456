#!/usr/bin/env bash
# KAFKA_NODE_ID=1 becomes node.id=1, as in the image of Apache Kafka.
set -euo pipefail
settings=/opt/kafka/config/server.properties
env | grep '^KAFKA_' | grep -v '^KAFKA_HEAP_OPTS=' | while IFS='=' read -r name value; do
  key=${name#KAFKA_}
  key=${key,,}
  echo "${key//_/.}=$value"
done > "$settings"
data=${KAFKA_LOG_DIRS}
if [ ! -e "$data/meta.properties" ]; then
  printf 'version=1\ncluster.id=%s\nnode.id=%s\ndirectory.id=AbCdEfGhIjKlMnOpQrStUg\n' "$CLUSTER_ID" "$KAFKA_NODE_ID" > "$data/meta.properties"
fi
read -ra heap <<< "${KAFKA_HEAP_OPTS:-}"
exec /opt/java/bin/java "${heap[@]}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError \
  --sun-misc-unsafe-memory-access=allow -cp '/opt/kafka/jars/*' kafka.Kafka "$settings"

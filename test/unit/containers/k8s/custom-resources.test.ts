import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot, textOf } from '../project.ts';
import { complaintsAbout, isCustom } from './custom-resources.ts';
import { plant } from './planted-fault.ts';
import { resourcesIn } from './render.ts';
import type { Resource } from './resource.ts';

// The files themselves: kustomize adds nothing to these resources but labels and a namespace.
const files = globSync('k8s/{components,examples}/**/*.yaml', { cwd: projectRoot });
const custom: readonly Resource[] = files
  .flatMap((file) => resourcesIn(readFileSync(join(projectRoot, file), 'utf8')))
  .filter(isCustom);

const faults = [
  { kind: 'ExternalSecret', path: 'spec.target.creationPolicy', to: 'Mine' },
  { kind: 'ExternalSecret', path: 'spec.secretStore', to: 'platform' },
  { kind: 'KafkaTopic', path: 'spec.partitions', to: '12' },
  { kind: 'KafkaTopic', path: 'spec.topic', to: 'billing.commands.v1' },
  { kind: 'KafkaTopic', path: 'apiVersion', to: 'kafka.strimzi.io/v1beta2' },
  { kind: 'KafkaUser', path: 'spec.authentication.type', to: 'scram-sha-256' },
  { kind: 'KafkaUser', path: 'spec.authorization.acls.0.operation', to: 'Read' },
  { kind: 'MongoDBCommunity', path: 'spec.version', to: 8 },
  { kind: 'MongoDBCommunity', path: 'spec.security.tls.caSecretRef', to: { name: 'mongo-ca' } },
  { kind: 'MongoDBCommunity', path: 'spec.users.0.scramCredentialsSecretName' },
  { kind: 'PodMonitor', path: 'spec.podMetricsEndpoints.0.interval', to: 30 },
  { kind: 'PodMonitor', path: 'spec.endpoints', to: [] },
  { kind: 'PrometheusRule', path: 'spec.groups.0.rules.0.for', to: 'five minutes' },
  { kind: 'PrometheusRule', path: 'spec.groups.0.rules.0.annotation', to: {} },
  { kind: 'ScaledObject', path: 'spec.minReplicaCount', to: 'two' },
  { kind: 'ScaledObject', path: 'spec.minReplicas', to: 2 },
  { kind: 'ScaledObject', path: 'spec.triggers.0.metadata.lagThreshold', to: 1000 },
  { kind: 'TriggerAuthentication', path: 'spec.secretTargetRef.0.parameter' },
  { kind: 'TriggerAuthentication', path: 'spec.secretTargetRefs', to: [] },
];

describe('a resource of an operator', () => {
  test.each(custom.map((one) => [one.kind, one.metadata.name, one] as const))(
    '%s %s is as the operator wants it',
    (_kind, _name, one) => expect(complaintsAbout(one)).toEqual([]),
  );

  test.each(faults)('$kind is refused with a fault in $path', (fault) => {
    const planted = plant(custom, { ...fault, name: '', breaks: '', of: { kind: fault.kind, name: '' } });
    const changed = planted.find(({ kind }) => kind === fault.kind);
    expect(changed === undefined ? [] : complaintsAbout(changed)).not.toEqual([]);
  });

  test('for MongoDB names the version of docker-compose.yml', () => {
    const [, version] = /^ {2}version: (\d+\.\d+)\./m.exec(textOf('k8s/examples/mongodb/mongodb.yaml')) ?? [];
    expect(textOf('docker-compose.yml')).toContain(`image: mongo:${version ?? 'none'}\n`);
  });

  test('has planted faults of every kind', () =>
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(custom.map(({ kind }) => kind))));
});

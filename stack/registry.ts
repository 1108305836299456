import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './launch.ts';
import type { Ports } from './ports.ts';
import { type Security, serviceUser } from './secure/security.ts';
import type { Site } from './site.ts';

/** 128 MB are enough for a start; 256 avoid long garbage collections while a deploy registers dozens of schemas. */
const heapMb = 256;
const probeTimeoutMs = 2000;

export function registryProgram({ downloads, ports, folders, security }: Site): Program {
  const home = join(folders.data, 'registry');
  mkdirSync(home, { recursive: true });
  return {
    name: 'registry',
    command: downloads.java,
    args: [
      `-Xmx${heapMb}m`,
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:-UsePerfData',
      '-Dquarkus.http.host=127.0.0.1',
      ...listenerOf(ports, security),
      '-Dquarkus.management.host=127.0.0.1',
      `-Dquarkus.management.port=${ports.registryManagement}`,
      '-jar',
      join(downloads.registryFolder, 'quarkus-run.jar'),
    ],
    environment: {
      PATH: process.env['PATH'],
      // Stored in a file, not in Kafka: the ids survive kill -9 as well, and it is ready in 6 s rather than 28.
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'h2',
      APICURIO_DATASOURCE_URL: `jdbc:h2:file:${join(home, 'apicurio')}`,
    },
    workingFolder: home,
  };
}

const listenerOf = (ports: Ports, security: Security | null): readonly string[] =>
  security === null
    ? [`-Dquarkus.http.port=${ports.registry}`]
    : [
        `-Dquarkus.http.ssl-port=${ports.registry}`,
        '-Dquarkus.http.insecure-requests=disabled',
        `-Dquarkus.http.ssl.certificate.files=${security.certificateFile}`,
        `-Dquarkus.http.ssl.certificate.key-files=${security.keyFile}`,
        `-Dquarkus.config.locations=${security.registryFile}`,
      ];

export function registryUrl(ports: Ports, security: Security | null): string {
  return `${security === null ? 'http' : 'https'}://127.0.0.1:${ports.registry}/apis/ccompat/v7`;
}

export async function registryAnswers(url: string, security: Security | null): Promise<boolean> {
  const user = Buffer.from(`${serviceUser}:${security?.password ?? ''}`).toString('base64');
  const headers = security === null ? {} : { authorization: `Basic ${user}` };
  const answer = await fetch(`${url}/subjects`, { headers, signal: AbortSignal.timeout(probeTimeoutMs) });
  await answer.body?.cancel();
  return answer.ok;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Downloads } from './downloads.ts';
import type { Folders } from './folders.ts';
import type { Program } from './launch.ts';
import type { Ports } from './ports.ts';

/** 128 MB are enough for a start; 256 avoid long garbage collections while a deploy registers dozens of schemas. */
const heapMb = 256;
const probeTimeoutMs = 2000;

export function registryProgram(downloads: Downloads, ports: Ports, folders: Folders): Program {
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
      `-Dquarkus.http.port=${ports.registry}`,
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

export function registryUrl(ports: Ports): string {
  return `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`;
}

export async function registryAnswers(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(probeTimeoutMs) });
  await answer.body?.cancel();
  return answer.ok;
}

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { System } from '../../stack/embedded-stack.ts';
import { awaitHealthy, launch } from '../../stack/launch.ts';
import { type Docker, openDocker } from './docker.ts';
import { searchPath } from './find-program.ts';

/** A cold start took 2 s; on a disk that must first remove the containers of a killed run it takes longer. */
const readyTimeoutMs = 60_000;

/** An engine of this run alone: its images lie in the data folder, its socket where the path is short enough for one. */
export async function startEngine(system: System): Promise<Docker> {
  const { folders, signal, watch } = system;
  const key = createHash('sha256').update(folders.data).digest('hex').slice(0, 12);
  const short = join(tmpdir(), `cinema-billing-${key}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  const address = `unix://${join(short, 'docker.sock')}`;
  const configFile = join(folders.data, 'dockerd.json');
  writeFileSync(configFile, JSON.stringify(engineSettings(openFilesLimit())));
  const running = launch(
    {
      name: 'dockerd',
      command: 'dockerd',
      args: [
        ...['--config-file', configFile, '--host', address, '--pidfile', join(short, 'docker.pid')],
        ...['--data-root', join(folders.data, 'engine'), '--exec-root', join(short, 'exec')],
      ],
      environment: { PATH: searchPath(process.env), HOME: process.env['HOME'] },
      workingFolder: folders.data,
    },
    folders,
  );
  watch(running);
  const docker = openDocker(system, { DOCKER_HOST: address });
  await awaitHealthy(running, () => docker.answers(), { timeoutMs: readyTimeoutMs, signal });
  return docker;
}

/** No bridge of the engine's own: builds use the network of the machine, and Compose makes the network of the system. */
const engineSettings = (openFiles: number): object => ({
  bridge: 'none',
  // More than the engine itself may have would need a right that root in a container lacks.
  'default-ulimits': { nofile: { Name: 'nofile', Hard: openFiles, Soft: openFiles } },
});

function openFilesLimit(): number {
  const hard = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return hard === undefined ? 4096 : Number(hard);
}

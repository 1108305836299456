import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { System } from '../../stack/embedded-stack.ts';
import { projectRoot } from '../../stack/folders.ts';
import { refuseFullDisk } from '../../stack/machine.ts';
import { secondsSince } from '../../stack/services.ts';
import { buildImages } from './build-images.ts';
import { checkImage } from './check-image.ts';
import { openDocker } from './docker.ts';
import { startEngine } from './engine.ts';
import { runSystem } from './run-system.ts';
import { makeStandIns } from './stand-ins.ts';

/** Stand-ins, images and a second copy of what is being built. */
const dataNeedsMib = 6000;

/** Builds the images and runs the system of docker-compose.yml: on the engine that runs, or on one of its own. */
export async function tryContainers(system: System, engineRuns: boolean): Promise<void> {
  const startedMs = performance.now();
  const { say, folders } = system;
  const images = imagesNamed();
  const base = images.find((image) => image.startsWith('node:')) ?? '';
  refuseFullDisk(folders.data, dataNeedsMib);
  if (engineRuns) say('Trying the containers on the engine that runs, with the images of the public registry ...');
  else {
    say('Trying the containers on an engine of its own ...');
    say('  Node, Kafka, MongoDB and registry are stand-ins made of packages: the real images are not run here.');
  }
  const docker = engineRuns ? openDocker(system, {}) : await startEngine(system);
  if (!engineRuns) await makeStandIns(docker, system, images);
  const labels = await buildImages(docker, system);
  await checkImage(docker, system, { base, labels });
  await runSystem(docker, system);
  say(`The containers hold what they promise (${secondsSince(startedMs)} s).`);
}

/** The images of others that the project names. */
export function imagesNamed(): readonly string[] {
  const text = (name: string): string => readFileSync(join(projectRoot, name), 'utf8');
  const base = /^ARG NODE_IMAGE=(\S+)$/m.exec(text('Dockerfile'))?.[1] ?? '';
  const { services } = parse(text('docker-compose.yml'), { merge: true }) as {
    readonly services: Readonly<Record<string, { readonly image: string }>>;
  };
  return [base, ...Object.values(services).map(({ image }) => image)];
}

import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensureDownloads } from '../../stack/downloads.ts';
import type { System } from '../../stack/embedded-stack.ts';
import { secondsSince } from '../../stack/services.ts';
import { makeDebian, npmPackage, trustedAuthorities } from './base-parts.ts';
import type { Docker } from './docker.ts';

/** Stands in for an image of a public registry, so it bears the name of that image, in an engine of ours alone. */
type StandIn = {
  readonly name: string;
  readonly image: string;
  /** Name in the build context → file or folder of this machine. */
  readonly parts: Readonly<Record<string, string>>;
};

/** mongosh, the slowest part, took a minute. */
const buildTimeoutMs = 5 * 60_000;
const debian = 'cinema-billing-stand-in-debian';
const made = 'cinema-billing.made-from';

/** Makes what is not there yet: first the base of all, then Node, which MongoDB's shell needs, then the rest at once. */
export async function makeStandIns(docker: Docker, system: System, images: readonly string[]): Promise<void> {
  const startedMs = performance.now();
  const [downloads, base] = await Promise.all([ensureDownloads(system), makeDebian(docker, system)]);
  const named = (start: string): string => images.find((image) => image.startsWith(start)) ?? start;
  await importDebian(docker, base);
  const node = process.execPath;
  const authorities = trustedAuthorities(system.folders.data);
  const java = join(dirname(downloads.java), '..');
  const jars = dirname(downloads.kafkaJars[0] ?? '');
  const nodeParts = { node, npm: await npmPackage(docker, system), 'authorities.pem': authorities };
  const rest: readonly StandIn[] = [
    { name: 'kafka', image: named('apache/kafka:'), parts: { java, jars } },
    { name: 'registry', image: named('apicurio/'), parts: { java, registry: downloads.registryFolder } },
    { name: 'mongodb', image: named('mongo:'), parts: { mongod: downloads.mongod } },
  ];
  const from = [base, process.version];
  await make(docker, system, { name: 'node', image: named('node:'), parts: nodeParts }, from);
  const makes = await Promise.allSettled(rest.map((one) => make(docker, system, one, from)));
  for (const one of makes) if (one.status === 'rejected') throw one.reason;
  system.say(`  stand-ins for Node's image, Kafka, MongoDB and registry ready in ${secondsSince(startedMs)} s`);
}

const recipes = join(import.meta.dirname, 'stand-ins');

/** The parts bear the checksum of what they were made from in their paths, so their paths say what they hold. */
function hashOf({ name, parts }: StandIn, from: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([name, parts, from]));
  for (const file of globSync(join(recipes, name, '*')).sort()) {
    hash.update(`${basename(file)} ${statSync(file).mode}`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

async function make(docker: Docker, system: System, one: StandIn, from: readonly string[]): Promise<void> {
  const hash = hashOf(one, from);
  if (await isMade(docker, one.image, hash)) return;
  const log = `stand-in-${one.name}`;
  const folder = join(system.folders.data, 'contexts', one.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of globSync(join(recipes, one.name, '*'))) symlinkSync(file, join(folder, basename(file)));
  for (const [name, path] of Object.entries(one.parts)) symlinkSync(path, join(folder, name));
  const context = `${folder}.tar`;
  await docker.run('tar', ['-chf', context, '-C', folder, '.'], { log, timeoutMs: buildTimeoutMs });
  const args = ['--network', 'host', '--label', `${made}=${hash}`, '--tag', one.image];
  await docker.docker(['build', ...args, '-'], { log, timeoutMs: buildTimeoutMs, input: context });
  rmSync(context);
}

async function importDebian(docker: Docker, base: string): Promise<void> {
  if (await isMade(docker, debian, base)) return;
  const call = { log: 'stand-in-debian', timeoutMs: buildTimeoutMs };
  await docker.docker(['import', '--change', `LABEL ${made}=${base}`, base, debian], call);
}

async function isMade(docker: Docker, image: string, hash: string): Promise<boolean> {
  const call = { log: 'images', timeoutMs: buildTimeoutMs };
  const labels = await docker.docker(['images', '--filter', `label=${made}=${hash}`, '--quiet', image], call);
  return labels.trim() !== '';
}

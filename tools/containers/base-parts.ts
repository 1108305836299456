import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { System } from '../../stack/embedded-stack.ts';
import type { Docker } from './docker.ts';

/** Debian 13 with what the real images have of it: authorities, what Node is linked with, what mongod is linked with. */
const release = 'trixie';
const packages = ['ca-certificates', 'libstdc++6', 'libatomic1', 'libcurl4t64', 'libssl3t64'];
const npm = { name: 'npm', version: '11.19.1' };
/** Debian took two minutes on a loaded machine. */
const fetchTimeoutMs = 10 * 60_000;

export async function makeDebian({ run }: Docker, { folders, say }: System): Promise<string> {
  const path = join(folders.data, `debian-${shortHash([release, ...packages].join())}.tar`);
  if (existsSync(path)) return path;
  say(`  fetching: Debian ${release} (130 MiB, once)`);
  const draft = `${path}.part.tar`;
  const args = ['--quiet', '--variant=minbase', `--include=${packages.join()}`, release, draft];
  await run('mmdebstrap', args, { log: 'debian', timeoutMs: fetchTimeoutMs });
  renameSync(draft, path);
  return path;
}

export async function npmPackage({ run }: Docker, { folders }: System): Promise<string> {
  const folder = join(folders.data, `${npm.name}-${npm.version}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.part`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const call = { log: 'npm', timeoutMs: fetchTimeoutMs };
  await run('npm', ['pack', '--silent', '--pack-destination', draft, `${npm.name}@${npm.version}`], call);
  const archive = join(draft, `${npm.name}-${npm.version}.tgz`);
  await run('tar', ['-xzf', archive, '-C', draft, '--strip-components=1'], call);
  rmSync(archive);
  renameSync(draft, folder);
  return folder;
}

/** Whom this machine trusts: a build fetches packages through whatever stands between it and the registry. */
export function trustedAuthorities(data: string): string {
  const text = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])].join('\n');
  const path = join(data, `authorities-${shortHash(text)}.pem`);
  writeFileSync(path, `${text}\n`);
  return path;
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

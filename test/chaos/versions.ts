import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../stack/folders.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import type { Member } from './keeper.ts';

/** Which of two versions of our program each of our processes runs. */
export type Versions = {
  readonly earlierRoot: string;
  readonly rootOf: (member: Member) => string;
  /** Gives the member the other version from its next start on, and names it. */
  readonly turn: (member: Member) => string;
};

/** The sandbox stands in for the provider, which we do not roll out. */
export const turned = ['consumers', 'consumers 2', 'jobs', 'api'] as const satisfies readonly Member[];

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  const said = error?.message ?? stderr.trim();
  throw new StackFailure(`The earlier version could not be taken out of the history: ${command} said "${said}".`);
}

const isTurned = (member: Member): boolean => turned.some((one) => one === member);

/** Takes a commit out of the history into a folder. It uses the packages of this version. */
export function openVersions(commit: string, folder: string): Versions {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, 'earlier.tar');
  run('git', '-C', projectRoot, 'archive', '--output', archive, commit);
  run('tar', '--extract', '--file', archive, '--directory', folder);
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  const newer = new Set<Member>();
  return {
    earlierRoot: folder,
    rootOf: (member) => (isTurned(member) && !newer.has(member) ? folder : projectRoot),
    turn: (member) => {
      if (newer.delete(member)) return 'the earlier version';
      newer.add(member);
      return 'this version';
    },
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isolated } from '../../stack/development-environment.ts';
import { projectRoot } from '../../stack/folders.ts';
import { findFreePorts, type Ports, portTable } from '../../stack/ports.ts';
import { nodeFlags } from '../../stack/run-node.ts';

export type SecureSystem = {
  readonly ports: Ports;
  /** The settings that `npm start` has recorded for commands of other terminals. */
  readonly environment: NodeJS.ProcessEnv;
  /** Ends it as Ctrl-C does; its exit code. */
  readonly stop: () => Promise<unknown>;
};

/** Resolves when the first screen is there; with the output, if the program ends before. */
async function untilUp(child: ChildProcess): Promise<void> {
  let said = '';
  const up = Promise.withResolvers<undefined>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('cinema-billing is up')) up.resolve(undefined);
    });
  }
  child.once('exit', (code) => up.reject(new Error(`npm start -- --secure ended with ${String(code)}:\n${said}`)));
  await up.promise;
}

/** `npm start -- --secure`, in a data folder and on ports of its own. */
export async function startSecureSystem(): Promise<SecureSystem> {
  const data = mkdtempSync(join(tmpdir(), 'billing-secure-'));
  const ports = await findFreePorts();
  const chosen = Object.fromEntries(portTable.map(({ name, setting }) => [setting, String(ports[name])]));
  const child = spawn(process.execPath, [...nodeFlags, 'tools/commands/start.ts', '--secure'], {
    cwd: projectRoot,
    env: isolated({ ...chosen, BILLING_DATA_DIR: data }, process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  await untilUp(child);
  return {
    ports,
    environment: parseEnv(readFileSync(join(data, 'run/environment.env'), 'utf8')),
    stop: async () => {
      child.kill('SIGINT');
      return (await ended)[0] as unknown;
    },
  };
}

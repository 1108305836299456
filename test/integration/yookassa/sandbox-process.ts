import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export type SandboxProcess = {
  readonly url: string;
  /** Calls the control API; rejects with the answer's text when it is not 200. */
  readonly control: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

/** A shop without receipts, and one for each way to make them. */
const shops = '100500:test_sandbox,100501:test_email:receipts,100502:test_phone:receipts_by_phone';

/** Starts the sandbox as a process of its own, on a free port and with data of its own. */
export async function startSandboxProcess(): Promise<SandboxProcess> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sandbox-'));
  const child = spawn(process.execPath, ['sandbox/main.ts'], {
    env: { SANDBOX_PORT: '0', SANDBOX_DATA_DIR: dataDir, SANDBOX_SHOPS: shops },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const firstLine = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const [line] = await Promise.race([firstLine, ended.then(() => Promise.reject(new Error('The sandbox ended')))]);
  const { url } = JSON.parse(line) as { readonly url: string };
  return {
    url,
    control: async (method, at, body) => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const response = await fetch(`${url}/_sandbox${at}`, init);
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

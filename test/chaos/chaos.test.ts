import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { nodeFlags } from '../../stack/run-node.ts';
import { checks } from './checker.ts';

const cycles = 5;
/** Kills a consumer, Kafka, mongod and the API, and freezes a consumer. A run takes two to three minutes. */
const seed = 9106;
/** The program bounds its own waits. This limit only ends a run that hangs, so that its processes end in order. */
const hangsMs = 840_000;
const endingMs = 60_000;

test(
  `money and access agree after ${cycles} kills under load`,
  async () => {
    const args = [
      ...nodeFlags,
      join(import.meta.dirname, 'main.ts'),
      '--cycles',
      String(cycles),
      '--seed',
      String(seed),
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: hangsMs });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const [code, said, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    // The whole report is the message of a failure.
    expect({ code, report: `${said}${complained}` }).toEqual({ code: 0, report: expect.stringContaining('recovery') });
    for (const rule of Object.keys(checks)) expect(said).toContain(`ok      ${rule}`);
  },
  hangsMs + endingMs,
);

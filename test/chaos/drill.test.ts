import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { nodeFlags } from '../../stack/run-node.ts';

/** The program bounds its own waits. This limit only ends a run that hangs, so that its processes end in order. */
const hangsMs = 840_000;
const endingMs = 60_000;

test(
  'the drill of docs/disaster.md: no second charge, no deaf reader, no command forgotten',
  async () => {
    const args = [...nodeFlags, join(import.meta.dirname, 'drill-main.ts')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: hangsMs });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const [code, said, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    expect({ code, report: `${said}${complained}` }).toEqual({ code: 0, report: expect.stringContaining('is deaf') });
  },
  hangsMs + endingMs,
);

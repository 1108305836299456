import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../folders.ts';
import { nodeFlags } from '../run-node.ts';

// npm run chaos -- --cycles 20 --seed 1: kills real processes under load on a stack of its own, then judges what is left.

const program = join(projectRoot, 'test/chaos/main.ts');
const child = spawn(process.execPath, [...nodeFlags, program, ...process.argv.slice(2)], { stdio: 'inherit' });
// The child belongs to this process group: Ctrl-C reaches it, and it ends in order.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));

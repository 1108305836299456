import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

// Plain JavaScript, because the bootstrap runs it on any Node, before anything is installed.

/** Tries of a claim when its file changes in between; two are enough against one competing process. */
const maximumClaimTries = 5;

/**
 * The identity of a process. The system reuses a pid, but never a pid together with its start time.
 * @param {number} pid
 */
export function identityOf(pid) {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The program's name stands in parentheses and may itself hold blanks and parentheses: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return undefined;
  const boot = readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return { pid, startedAt: `${boot}:${startTicks}` };
}

/** Is this process still running, and not another one with the same pid? */
export function isRunning(identity) {
  return identityOf(identity.pid)?.startedAt === identity.startedAt;
}

/** The process that wrote its identity into the file, if it is still running. */
export function ownerOf(path) {
  const identity = parseIdentity(readIfThere(path));
  return identity && isRunning(identity) ? identity : undefined;
}

/**
 * Claims the file unless a running process has it. Returns undefined on success, else that process.
 * The file appears with its content in one step (link), so that no reader sees half of it.
 */
export function claimFile(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identityOf(process.pid)));
  try {
    for (let tries = 0; tries < maximumClaimTries; tries += 1) {
      if (linkUnlessThere(draft, path)) return undefined;
      const owner = ownerOf(path);
      if (owner) return owner;
      removeStale(path);
    }
    throw new Error(`${path} keeps changing; remove it if no other start is under way`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Releases the file, if this process owns it. */
export function releaseFile(path) {
  if (parseIdentity(readIfThere(path))?.pid === process.pid) rmSync(path, { force: true });
}

/** Renames the file of a dead owner. A file that another process has claimed in the meantime is put back. */
function removeStale(path) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (ownerOf(aside)) linkUnlessThere(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  rmSync(aside, { force: true });
}

function linkUnlessThere(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function parseIdentity(text) {
  if (!text) return undefined;
  try {
    const { pid, startedAt } = JSON.parse(text);
    return Number.isInteger(pid) && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

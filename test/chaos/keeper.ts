import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { startOneServer, type System } from '../../stack/embedded-stack.ts';
import { endRecordedProcesses } from '../../stack/end-processes.ts';
import type { ProgramName, Running } from '../../stack/launch.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import type { NodeName } from './cluster/nodes.ts';

/** `consumers 2` is a second process in the groups of the first; a node of a cluster has its number. */
export type Member = ProgramName | 'consumers 2' | NodeName;

/** Where a member runs, and how it is started, the first time and again. */
type Post = { readonly system: System; readonly start: (watched: System) => Promise<void> };

export type Keeper = {
  /** For startStack: the keeper restarts whatever it starts. */
  readonly system: System;
  /** Starts a member that the keeper restarts from then on; resolves when it is healthy. */
  readonly hire: (member: Member, post: Post) => Promise<void>;
  readonly signal: (member: Member, signal: NodeJS.Signals) => void;
  /** Resolves when a signalled process has ended and its successor is healthy. */
  readonly awaitRestart: (member: Member, before: number) => Promise<void>;
  readonly starts: (member: Member) => number;
  /** Of the member's newest process; -1 before its first start. */
  readonly pid: (member: Member) => number;
  /** Deaths that this program did not cause. */
  readonly deaths: readonly string[];
  readonly stop: () => Promise<void>;
};

/** An orchestrator would restart for ever; a process that dies this often is a violation. */
const livesMax = 60;
/** Time for a restart on a loaded machine, failed starts included. */
const restartMsMax = 180_000;
const pollMs = 50;

type Life = { readonly running: Running; readonly starts: number; readonly isHealthy: boolean };

/** Stands in for the orchestrator: restarts every process that ends, and keeps the logs of its former lives. */
export function createKeeper(supervised: System): Keeper {
  const posts = new Map<Member, Post>();
  const lives = new Map<Member, Life>();
  const signalled = new Set<number>();
  const deaths: string[] = [];
  const archive = join(supervised.folders.logs, 'former');
  mkdirSync(archive, { recursive: true });
  let isOver = false;
  const watched = (system: System, member: Member | null): System => ({
    ...system,
    say: () => undefined,
    watch: (running) => attach(member ?? running.name, running),
  });

  function attach(member: Member, running: Running): void {
    lives.set(member, { running, starts: (lives.get(member)?.starts ?? 0) + 1, isHealthy: false });
    void running.ended.then((ending) => {
      if (!isOver) void onDeath(member, running, ending);
    });
  }

  async function onDeath(member: Member, { identity, logPath }: Running, ending: string): Promise<void> {
    const starts = lives.get(member)?.starts ?? 0;
    if (!signalled.has(identity.pid)) deaths.push(`${member} ${ending}`);
    renameSync(logPath, join(archive, `${member.replace(' ', '-')}.${starts}.log`));
    if (starts >= livesMax) return;
    try {
      await start(member, posts.get(member) ?? serverPost(member));
    } catch {
      // The process ended during its start, and its own handler restarts it; or the run is over.
    }
  }

  /** A process that is not ready in time ends as an orchestrator ends it, and its own handler starts it again. */
  function endSlow(member: Member): void {
    const running = lives.get(member)?.running;
    if (running !== undefined && !running.hasEnded() && !isOver) process.kill(running.identity.pid, 'SIGKILL');
  }

  async function start(member: Member, post: Post): Promise<void> {
    try {
      await post.start(watched(post.system, member));
    } catch (error) {
      endSlow(member);
      throw error;
    }
    const life = lives.get(member);
    if (life !== undefined) lives.set(member, { ...life, isHealthy: true });
  }

  function isRestarted(member: Member, before: number): Promise<boolean> {
    const isBack = (): boolean => {
      const life = lives.get(member);
      return life !== undefined && life.starts > before && life.isHealthy;
    };
    return waitUntil(isBack, { timeoutMs: restartMsMax, intervalMs: pollMs, signal: supervised.signal });
  }

  /** Of the servers that startStack has started. */
  const serverPost = (member: Member): Post => ({
    system: supervised,
    start: (system) => startOneServer(settingOf(member), system),
  });

  return {
    // startStack returns when its servers are healthy, so only restarted ones are waited for.
    system: watched(supervised, null),
    hire: async (member, post) => {
      posts.set(member, post);
      try {
        await start(member, post);
      } catch (error) {
        // As an orchestrator would, the keeper has started it again.
        if (!(await isRestarted(member, 0))) throw error;
      }
    },
    signal: (member, signal) => {
      const running = lives.get(member)?.running;
      if (running === undefined || running.hasEnded()) return;
      if (signal === 'SIGKILL' || signal === 'SIGTERM') signalled.add(running.identity.pid);
      process.kill(running.identity.pid, signal);
    },
    starts: (member) => lives.get(member)?.starts ?? 0,
    pid: (member) => lives.get(member)?.running.identity.pid ?? -1,
    awaitRestart: async (member, before) => {
      if (!(await isRestarted(member, before)))
        throw new Error(`${member} was not healthy again ${restartMsMax / 1000} s after it was killed`);
    },
    deaths,
    stop: async () => {
      isOver = true;
      // The last hired end first: our services while their servers still answer.
      const folders = [...posts.values()].map(({ system }) => system.folders).toReversed();
      for (const one of new Set(folders)) await endRecordedProcesses(one);
    },
  };
}

function settingOf(name: Member): 'KAFKA_BROKERS' | 'MONGODB_URL' | 'SCHEMA_REGISTRY_URL' {
  if (name === 'kafka') return 'KAFKA_BROKERS';
  return name === 'mongod' ? 'MONGODB_URL' : 'SCHEMA_REGISTRY_URL';
}

import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { restartServer, type System } from '../../stack/embedded-stack.ts';
import { endRecordedProcesses } from '../../stack/end-processes.ts';
import { createFolders } from '../../stack/folders.ts';
import type { ProgramName, Running } from '../../stack/launch.ts';
import type { Ports } from '../../stack/ports.ts';
import { ourServices, startService } from '../../stack/services.ts';
import { waitUntil } from '../../stack/wait-until.ts';

/** `consumers 2` is a second process in the groups of the first. */
export type Member = ProgramName | 'consumers 2';

export type Keeper = {
  /** For startStack and startServices: the keeper restarts whatever they start. */
  readonly system: System;
  readonly startSecondConsumers: (environment: NodeJS.ProcessEnv, ports: Ports) => Promise<void>;
  readonly signal: (member: Member, signal: NodeJS.Signals) => void;
  /** Resolves when a signalled process has ended and its successor is healthy. */
  readonly awaitRestart: (member: Member, before: number) => Promise<void>;
  readonly starts: (member: Member) => number;
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
  const lives = new Map<Member, Life>();
  const signalled = new Set<number>();
  const deaths: string[] = [];
  const archive = join(supervised.folders.logs, 'former');
  mkdirSync(archive, { recursive: true });
  let environment: NodeJS.ProcessEnv = {};
  let isOver = false;
  let secondSystem: System = { ...supervised, folders: createFolders(join(supervised.folders.data, 'second')) };
  const systemOf = (member: Member | null): System => ({
    ...(member === 'consumers 2' ? secondSystem : supervised),
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
    if (starts < livesMax) await restart(member);
  }

  async function restart(member: Member): Promise<void> {
    const name = member === 'consumers 2' ? 'consumers' : member;
    const one = ourServices.groups.flat().find((candidate) => candidate.name === name);
    try {
      if (one !== undefined) await startService(one, systemOf(member), environment);
      else await restartServer(settingOf(name), systemOf(member));
      const life = lives.get(member);
      if (life !== undefined) lives.set(member, { ...life, isHealthy: true });
    } catch {
      // The process died during its start, and its own handler restarts it; or the run is over.
    }
  }

  return {
    // startStack and startServices return when their processes are healthy, so only restarted ones are waited for.
    system: systemOf(null),
    startSecondConsumers: async (variables, ports) => {
      environment = variables;
      secondSystem = { ...secondSystem, ports };
      await restart('consumers 2');
      if (lives.get('consumers 2')?.isHealthy !== true) throw new Error('The second consumers could not be started');
    },
    signal: (member, signal) => {
      const running = lives.get(member)?.running;
      if (running === undefined || running.hasEnded()) return;
      if (signal === 'SIGKILL' || signal === 'SIGTERM') signalled.add(running.identity.pid);
      process.kill(running.identity.pid, signal);
    },
    starts: (member) => lives.get(member)?.starts ?? 0,
    awaitRestart: async (member, before) => {
      const isBack = (): boolean => {
        const life = lives.get(member);
        return life !== undefined && life.starts > before && life.isHealthy;
      };
      const wait = { timeoutMs: restartMsMax, intervalMs: pollMs, signal: supervised.signal };
      if (!(await waitUntil(isBack, wait)))
        throw new Error(`${member} was not healthy again ${restartMsMax / 1000} s after it was killed`);
    },
    deaths,
    stop: async () => {
      isOver = true;
      await endRecordedProcesses(secondSystem.folders);
    },
  };
}

function settingOf(name: ProgramName): 'KAFKA_BROKERS' | 'MONGODB_URL' | 'SCHEMA_REGISTRY_URL' {
  if (name === 'kafka') return 'KAFKA_BROKERS';
  return name === 'mongod' ? 'MONGODB_URL' : 'SCHEMA_REGISTRY_URL';
}

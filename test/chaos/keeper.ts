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
  /** For startStack and startServices: what they start is kept alive from then on. */
  readonly system: System;
  readonly startSecondConsumers: (environment: NodeJS.ProcessEnv, ports: Ports) => Promise<void>;
  readonly signal: (member: Member, signal: NodeJS.Signals) => void;
  /** Resolves when a process that was signalled is gone and the one after it is healthy. */
  readonly awaitReborn: (member: Member, born: number) => Promise<void>;
  readonly births: (member: Member) => number;
  /** Deaths that nobody here has caused. */
  readonly deaths: readonly string[];
  readonly stop: () => Promise<void>;
};

/** What an orchestrator would do for ever; past this a process that cannot live is a finding. */
const livesMax = 60;
/** A start on a machine that others load too; a process that fails to start is started again within it. */
const rebirthMsMax = 180_000;
const pollMs = 50;

type Life = { readonly running: Running; readonly births: number; readonly isHealthy: boolean };

/** Stands in for the orchestrator: whoever dies, killed or not, is started again; logs of former lives are kept. */
export function createKeeper(supervised: System): Keeper {
  const lives = new Map<Member, Life>();
  const condemned = new Set<number>();
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
    lives.set(member, { running, births: (lives.get(member)?.births ?? 0) + 1, isHealthy: false });
    void running.ended.then((words) => {
      if (!isOver) void deadLetter(member, running, words);
    });
  }

  async function deadLetter(member: Member, { identity, logPath }: Running, words: string): Promise<void> {
    const births = lives.get(member)?.births ?? 0;
    if (!condemned.has(identity.pid)) deaths.push(`${member} ${words}`);
    renameSync(logPath, join(archive, `${member.replace(' ', '-')}.${births}.log`));
    if (births < livesMax) await revive(member);
  }

  async function revive(member: Member): Promise<void> {
    const name = member === 'consumers 2' ? 'consumers' : member;
    const one = ourServices.groups.flat().find((candidate) => candidate.name === name);
    try {
      if (one !== undefined) await startService(one, systemOf(member), environment);
      else await restartServer(settingOf(name), systemOf(member));
      const life = lives.get(member);
      if (life !== undefined) lives.set(member, { ...life, isHealthy: true });
    } catch {
      // It died while it started, and its death has been attended to; or all is over.
    }
  }

  return {
    // What startStack and startServices start is healthy when they return; only later lives are waited for.
    system: systemOf(null),
    startSecondConsumers: async (variables, ports) => {
      environment = variables;
      secondSystem = { ...secondSystem, ports };
      await revive('consumers 2');
      if (lives.get('consumers 2')?.isHealthy !== true) throw new Error('The second consumers could not be started');
    },
    signal: (member, signal) => {
      const running = lives.get(member)?.running;
      if (running === undefined || running.hasEnded()) return;
      if (signal === 'SIGKILL' || signal === 'SIGTERM') condemned.add(running.identity.pid);
      process.kill(running.identity.pid, signal);
    },
    births: (member) => lives.get(member)?.births ?? 0,
    awaitReborn: async (member, born) => {
      const isBack = (): boolean => {
        const life = lives.get(member);
        return life !== undefined && life.births > born && life.isHealthy;
      };
      const wait = { timeoutMs: rebirthMsMax, intervalMs: pollMs, signal: supervised.signal };
      if (!(await waitUntil(isBack, wait)))
        throw new Error(`${member} was not healthy again ${rebirthMsMax / 1000} s after it was killed`);
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

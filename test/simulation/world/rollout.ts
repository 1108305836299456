import { topicNames } from '../../../src/messages/topics.ts';
import type { Machine } from './machine.ts';

type Headers = Readonly<Record<string, string>>;

/** Two versions of the program at once: the newer one writes versions of messages that the older one does not know. */
export type Rollout = {
  /** The role runs the newer version from its next start on. */
  readonly upgrade: (role: string) => void;
  readonly isUpgraded: (role: string) => boolean;
  /** Called at the start of a process: it keeps its version until it ends. */
  readonly enlist: (machine: Machine) => void;
  /** The headers that this process writes. */
  readonly write: (machine: Machine, topic: string, headers: Headers) => Headers;
  /** The headers as this process understands them. */
  readonly read: (machine: Machine, headers: Headers) => Headers;
};

/** The other topics are read by other services, for whom no version may change. */
const ownTopics: ReadonlySet<string> = new Set([topicNames.commands, topicNames.hints, topicNames.timers]);

function retyped(headers: Headers, from: RegExp, to: string): Headers {
  const type = headers['ce_type'];
  return type === undefined ? headers : { ...headers, ce_type: type.replace(from, to) };
}

export function createRollout(): Rollout {
  const upgraded = new Set<string>();
  const newer = new WeakSet<Machine>();
  return {
    upgrade: (role) => void upgraded.add(role),
    isUpgraded: (role) => upgraded.has(role),
    enlist: (machine) => {
      if (upgraded.has(machine.name)) newer.add(machine);
    },
    write: (machine, topic, headers) =>
      newer.has(machine) && ownTopics.has(topic) ? retyped(headers, /\.v(\d)$/, '.v9$1') : headers,
    read: (machine, headers) => (newer.has(machine) ? retyped(headers, /\.v9(\d)$/, '.v$1') : headers),
  };
}

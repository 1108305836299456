import type { Db } from 'mongodb';
import { around, type Blow, type Card } from '../killer.ts';
import type { Keeper } from '../keeper.ts';
import { pause } from '../pause.ts';
import type { Cluster } from './cluster.ts';
import { nodeIds, type NodeKind, nodeKinds, type NodeName } from './nodes.ts';
import { awaitInSync } from './in-sync.ts';
import { nodeWith, type Role } from './roles.ts';

/** Longer than a broker's session (9 s) and an election's time-out (10 s): the others do without the node by then. */
const awayMs = 15_000;

/**
 * A third of the cards kill a broker, and a third a mongod: at least 30 each in 100 cycles. A card with several roles strikes
 * another one each time that it is drawn.
 */
export const nodeTable = [
  { act: 'SIGKILL', roles: ['leader'], times: 3 },
  { act: 'SIGKILL', roles: ['controller'], times: 2 },
  { act: 'SIGKILL', roles: ['follower'], times: 2 },
  { act: 'SIGKILL', roles: ['primary'], times: 4 },
  { act: 'SIGKILL', roles: ['secondary'], times: 3 },
  { act: 'SIGSTOP', roles: ['leader', 'controller', 'follower'], times: 1 },
  { act: 'SIGSTOP', roles: ['primary', 'secondary'], times: 1 },
  { act: 'cut off', roles: ['leader', 'controller', 'follower'], times: 1 },
  { act: 'cut off', roles: ['primary', 'secondary'], times: 1 },
] as const satisfies readonly { readonly act: Act; readonly roles: readonly Role[]; readonly times: number }[];

type Act = keyof typeof acts;
type Stage = { readonly keeper: Keeper; readonly cluster: Cluster; readonly db: Db; readonly signal: AbortSignal };

const kindOf = (name: NodeName): NodeKind => (name.startsWith('kafka') ? 'kafka' : 'mongod');

function kill({ keeper, cluster, signal }: Stage, name: NodeName): () => Promise<void> {
  const before = keeper.starts(name);
  keeper.signal(name, 'SIGKILL');
  return async () => {
    await keeper.awaitRestart(name, before);
    await awaitInSync(cluster, kindOf(name), signal);
  };
}

function freeze({ keeper, cluster, signal }: Stage, name: NodeName): () => Promise<void> {
  keeper.signal(name, 'SIGSTOP');
  return async () => {
    await pause(awayMs);
    keeper.signal(name, 'SIGCONT');
    await awaitInSync(cluster, kindOf(name), signal);
  };
}

function cutOff({ cluster, signal }: Stage, name: NodeName): () => Promise<void> {
  cluster.network.cut(name);
  return async () => {
    await pause(awayMs);
    cluster.network.heal(name);
    await awaitInSync(cluster, kindOf(name), signal);
  };
}

const acts = { SIGKILL: kill, SIGSTOP: freeze, 'cut off': cutOff } as const;

/** Each node ends in order and is back in sync before the next one does. */
const rolling = ({ keeper, cluster, signal }: Stage, kind: NodeKind): Blow => ({
  kind: `roll ${kind}, all three`,
  isKill: true,
  strike: () => async () => {
    for (const id of nodeIds) {
      const name: NodeName = `${kind} ${id}`;
      const before = keeper.starts(name);
      keeper.signal(name, 'SIGTERM');
      await keeper.awaitRestart(name, before);
      await awaitInSync(cluster, kind, signal);
    }
  },
});

/** Every blow that may strike a cluster. Who leads is looked up when the card is drawn. */
export const createNodeCards = (stage: Stage): readonly Card[] => [
  ...nodeTable.flatMap(({ act, roles, times }) => {
    const drawn = around<Role>(roles);
    const card: Card = async () => {
      const role = drawn.next().value;
      const name = await nodeWith(role, stage.cluster, stage.db);
      const kind = `${act} ${kindOf(name)} ${role}`;
      return { kind, isKill: true, strike: () => acts[act](stage, name) };
    };
    return Array.from({ length: times }, () => card);
  }),
  ...nodeKinds.map((kind) => () => Promise.resolve(rolling(stage, kind))),
];

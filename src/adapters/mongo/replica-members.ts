import type { Db } from 'mongodb';
import { Fault } from '../../application/ports/faults.ts';
import { askStore } from './store-fault.ts';

/** What `hello` says of a replica set. Hidden members and arbiters are in neither list. */
export type Hello = {
  readonly setName?: string;
  /** Members that may become primary: each holds data and votes. */
  readonly hosts?: readonly string[];
  /** Members with priority 0: each holds data, and `hello` does not say whether it votes. */
  readonly passives?: readonly string[];
  /** `isdbgrid` where a router of a sharded cluster answers. */
  readonly msg?: string;
};

const membersMin = 3;
/** With one, a majority could be one disk, and its loss would leave no primary. */
const electableMin = 2;

const isRouter = ({ msg }: Hello): boolean => msg === 'isdbgrid';

function countsOf({ hosts = [], passives = [] }: Hello) {
  return { electable: hosts.length, members: hosts.length + passives.length };
}

/** A sentence about a set in which the majority may be one disk; null for a set that is safe, and for a router, which knows no set. */
export function membersFault(hello: Hello): string | null {
  const { electable, members } = countsOf(hello);
  if (isRouter(hello) || (members >= membersMin && electable >= electableMin)) return null;
  const found =
    hello.setName === undefined
      ? 'MongoDB is no replica set.'
      : `The replica set ${hello.setName} of MongoDB has ${members} members that hold data, of which ${electable} may become primary.`;
  return (
    `${found} Production needs ${membersMin}, of which ${electableMin} may become primary: with fewer, ` +
    'one lost disk loses orders that were acknowledged. Add members with rs.add(), then run the deploy step again. ' +
    'Arbiters and hidden members do not count. MONGODB_URL may name any of the members.'
  );
}

/** Refuses a replica set that cannot keep what it acknowledges. The server lists its members, however few the address names. */
export async function assertReplicaMembers(db: Db): Promise<{ readonly members: number | null }> {
  const hello = (await askStore(() => db.command({ hello: 1 }))) as Hello;
  const fault = membersFault(hello);
  if (fault !== null) throw new Fault('database_unsafe', fault, { retryable: false });
  return { members: isRouter(hello) ? null : countsOf(hello).members };
}

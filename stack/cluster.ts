import type { Ports } from './ports.ts';

/** One node's place among the brokers and among the members of the replica set. Others reach a node only at its address. */
export type Place = {
  /** From 1. */
  readonly id: number;
  readonly addresses: Readonly<Record<'kafka' | 'kafkaController' | 'mongodb', number>>;
};

/** All nodes, and which of them this one is. With three, each message has three copies and two must have it. */
export type Cluster = { readonly id: number; readonly places: readonly Place[] };

/** A node alone is reached where it listens. */
export const aloneAt = (ports: Ports): Cluster => ({ id: 1, places: [{ id: 1, addresses: ports }] });

export function ownPlace({ id, places }: Cluster): Place {
  const own = places.find((place) => place.id === id);
  if (own === undefined) throw new Error(`Node ${id} is none of the cluster's`);
  return own;
}

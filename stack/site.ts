import type { Downloads } from './downloads.ts';
import type { Folders } from './folders.ts';
import type { Cluster } from './cluster.ts';
import type { Ports } from './ports.ts';
import type { Security } from './secure/security.ts';

/** Where and how a server of the stack runs. */
export type Site = {
  readonly downloads: Downloads;
  readonly ports: Ports;
  readonly folders: Folders;
  /** Null: in plain text, without users. */
  readonly security: Security | null;
  readonly signal: AbortSignal;
  /** Absent: the only node. */
  readonly cluster?: Cluster;
};

import type { Taken } from '../../../application/ports/shared-counts.ts';
import { createCollection, createPart, required } from './schema.ts';

export type ApiProcessRow = { readonly _id: string; readonly at: Date; readonly taken: readonly Taken[] };

const taken = createPart<Taken>({
  /** A hash of the person, service or address. */
  key: required(String),
  count: required(Number),
});

/** One row for each API process, with the keys that come near their limit. A process that died is forgotten after a minute. */
export const apiProcesses = createCollection<ApiProcessRow>(
  'api_processes',
  {
    /** The process. */
    _id: required(String),
    /** When it last reported, by the clock of the server. */
    at: required(Date),
    taken: required([taken]),
  },
  [{ name: 'silent', key: { at: 1 }, expireAfterSeconds: 60 }],
);

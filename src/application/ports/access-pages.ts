import type { Entitlement } from '../../domain/model/subscriber.ts';

/** The access that was last published of a user, with its number. */
export type PublishedAccess = {
  readonly userId: string;
  readonly entitlement: Entitlement;
  readonly sequence: number;
};

/** Every user whose access was ever published, in the sequence of their ids, after the one that is named. */
export type AccessPages = (after: string | null, limit: number) => Promise<readonly PublishedAccess[]>;

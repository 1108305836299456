import type { Trace } from '../../../application/ports/message-factory.ts';
import type { ServerSentEvent } from './event-stream.ts';
import type { Language } from './problem-languages.ts';

export type User = { readonly id: string; readonly isSuperuser: boolean; readonly roles: readonly string[] };

/** A validated request: parameters and body obey openapi.yaml. */
export type Call = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly header: (name: string) => string | undefined;
  /** Undefined when none was sent. */
  readonly body: unknown;
  /** In which refusals are answered. */
  readonly language: Language;
  /** The sender's address behind the trusted proxies. */
  readonly address: string;
  readonly trace: Trace;
  /** Aborted when the client has gone or the process is stopping. */
  readonly signal: AbortSignal;
};

/** The role of other services of the cinema, which may read the access of every user. */
export const serviceRole = 'service';

export type UserCall = Call & { readonly user: User };

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Not encoded yet: what a header cannot hold is encoded when it is written. */
  readonly location?: string;
  /** Sent as JSON; absent is an empty body. */
  readonly json?: unknown;
  /** Streamed instead of a body. */
  readonly events?: AsyncIterable<ServerSentEvent>;
};

/**
 * Who may call an operation, and what it does.
 * - `access`: `service` admits superusers, too.
 * - `early`: refuses before the body is read. A call that passes it counts for no rate limit, because a provider that
 *   repeats its notifications for 24 hours must not get 429.
 */
export type Route =
  | {
      readonly access: 'public';
      readonly early?: (call: Call) => void;
      readonly bodyMaxBytes?: number;
      readonly handle: (call: Call) => Answer | Promise<Answer>;
    }
  | {
      readonly access: 'user' | 'service' | 'superuser';
      readonly bodyMaxBytes?: number;
      readonly handle: (call: UserCall) => Answer | Promise<Answer>;
    };

/** By the operation's id in openapi.yaml, which has method, path, parameters and body. */
export type Routes = Readonly<Record<string, Route>>;

export const ok = (json: unknown): Answer => ({ status: 200, json });

import type { Trace } from '../../application/ports/wire.ts';
import type { ServerSentEvent } from './event-stream.ts';

/** Orders are a few hundred bytes; a notification holds a provider's whole object. */
export type BodySize = 'order' | 'notification';

/** Who asks, as his token says. */
export type User = { readonly id: string; readonly isSuperuser: boolean; readonly roles: readonly string[] };

/** A request that passed the door: parameters and body obey openapi.yaml. */
export type Call = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly header: (name: string) => string | undefined;
  /** Undefined when none was sent. */
  readonly body: unknown;
  /** The sender's address behind the trusted proxies. */
  readonly address: string;
  readonly trace: Trace;
  /** Aborted when the client has gone or the process is stopping. */
  readonly signal: AbortSignal;
};

/** The role with which other services of the cinema ask about anybody. */
export const serviceRole = 'service';

export type UserCall = Call & { readonly user: User };

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent is an empty body. */
  readonly json?: unknown;
  /** Sent as they come, instead of a body. */
  readonly events?: AsyncIterable<ServerSentEvent>;
};

type At = {
  readonly method: 'get' | 'post';
  /** As openapi.yaml spells it: `/api/v1/commands/{token}`. */
  readonly path: string;
  /** Which size of body it reads; absent: a body is not looked at. */
  readonly takesBody?: BodySize;
};

/** An endpoint is data. `early` refuses before the body is read; `service` lets superusers in, too. */
export type Route = At &
  (
    | {
        readonly access: 'public';
        readonly early?: (call: Call) => void;
        readonly handle: (call: Call) => Promise<Answer>;
      }
    | { readonly access: 'user' | 'service' | 'superuser'; readonly handle: (call: UserCall) => Promise<Answer> }
  );

export const ok = (json: unknown): Answer => ({ status: 200, json });

import { type Command, type CommandInput, commands } from '../../domain/commands/index.ts';
import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/faults.ts';
import type { MessagePublisher } from '../ports/outbox.ts';
import type { Trace, MessageFactory } from '../ports/message-factory.ts';

export type CommandRequest = {
  readonly input: CommandInput;
  readonly actor: Command['actor'];
  /** Method and path. The same key on another route is another command. */
  readonly route: string;
  readonly idempotencyKey: string | null;
  /** The input in canonical form. A repeat with the same key must have the same text. */
  readonly bodyText: string;
  readonly trace: Trace;
};

export type AcceptCommandServices = {
  readonly clock: Clock;
  readonly messageFactory: MessageFactory;
  readonly publisher: MessagePublisher;
  /** Lower-case hex of SHA-256. */
  readonly hash: (text: string) => string;
  readonly randomId: () => string;
  readonly publishDeadlineMs: number;
};

/** `acceptance_unknown`: Kafka may have the message. A repeat with the same key is the same command in either case. */
export type Acceptance = {
  readonly kind: 'accepted' | 'not_accepted' | 'acceptance_unknown';
  readonly command: Command;
};

/** The first 128 bits of a digest as a UUID of version 8 (custom, RFC 9562), so that all command ids have one format. */
function uuidFromHex(hex: string): string {
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function commandId(services: AcceptCommandServices, request: CommandRequest): string {
  if (request.idempotencyKey === null) return services.randomId();
  return uuidFromHex(services.hash(JSON.stringify([request.input.userId, request.route, request.idempotencyKey])));
}

function buildCommand(services: AcceptCommandServices, request: CommandRequest): Command {
  const acceptedAt = services.clock.now();
  const { lifeMs } = commands[request.input.type];
  return {
    ...request.input,
    commandId: commandId(services, request),
    actor: request.actor,
    acceptedAt,
    bodyHash: services.hash(request.bodyText),
    notAfter: lifeMs === null ? null : acceptedAt + lifeMs,
  };
}

/** Publishes the command. It is accepted only when all in-sync replicas have acknowledged it. */
export async function acceptCommand(services: AcceptCommandServices, request: CommandRequest): Promise<Acceptance> {
  const command = buildCommand(services, request);
  const message = services.messageFactory.command(command, request.trace);
  try {
    await services.publisher.publish([message], services.publishDeadlineMs);
    return { kind: 'accepted', command };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: error.code === 'taken_back' ? 'not_accepted' : 'acceptance_unknown', command };
  }
}

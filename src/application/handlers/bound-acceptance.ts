import type { Command } from '../../domain/commands/index.ts';
import { type Instant, minuteMs } from '../../domain/model/instant.ts';
import type { Delivery } from '../ports/consumer.ts';
import { replayHeader } from '../ports/dead-letters.ts';
import type { CoreServices } from '../services/core-services.ts';

/**
 * A command is published within 5 s of its acceptance, or not at all. The rest is for clocks: sends stop where ours is 5 min from
 * the provider's, so the clocks of the API and of the broker may be 10 min apart.
 */
const earlierMaxMs = 10 * minuteMs;
/** A replay may itself become a dead letter and be replayed. Staff do so no more often. */
const replaysMax = 5;

type Recorded = Pick<Delivery, 'headers' | 'key' | 'recordedAt'>;
type Services = Pick<CoreServices, 'deadLetters' | 'log' | 'policy'>;

/** When the command first came into the log: of a replayed dead letter the time of the record that it keeps. */
async function firstRecordedAt({ deadLetters }: Services, { headers, key, recordedAt }: Recorded) {
  let [at, replayOf] = [recordedAt, headers[replayHeader] ?? null];
  for (let replays = 0; replayOf !== null && replays < replaysMax; replays += 1) {
    const letter = await deadLetters.find(replayOf);
    // The header proves nothing by itself: a dead letter of another subscriber says nothing about this command.
    if (letter?.key !== key || letter.timestamp === null) break;
    [at, replayOf] = [letter.timestamp, letter.replayOf];
  }
  return at;
}

/** The time of acceptance that the record bears out: not after it, beyond what kept clocks differ, and not long before it. */
function boundedAt(acceptedAt: Instant, recordedAt: Instant, clockSkewMs: number): Instant {
  if (acceptedAt > recordedAt + clockSkewMs) return recordedAt;
  return Math.max(acceptedAt, recordedAt - earlierMaxMs);
}

/**
 * A cancel refunds what was charged after its acceptance, so no sender may choose that time: the broker's own time of the record
 * bounds it. The command is carried out in any case. A time too early never revives a command that has expired.
 */
export async function boundAcceptance(services: Services, command: Command, delivery: Recorded): Promise<Command> {
  const recordedAt = await firstRecordedAt(services, delivery);
  if (recordedAt === null) return command;
  const { commandId, userId, notAfter } = command;
  const acceptedAt = boundedAt(command.acceptedAt, recordedAt, services.policy.clockSkewMs);
  if (acceptedAt === command.acceptedAt) return command;
  services.log.warn('a command names a time at which it was not accepted, the broker’s counts', { commandId, userId });
  const laterMs = Math.max(0, command.acceptedAt - acceptedAt);
  return {
    ...command,
    acceptedAt,
    claimedAt: command.acceptedAt,
    notAfter: notAfter === null ? null : notAfter - laterMs,
  };
}

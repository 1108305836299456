import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about what happens between processes: queues of blocked keys, lost races, alarms, and what readers know. */
export const plantedQueues: readonly PlantedBug[] = [
  {
    name: 'a charge that overtakes a blocked key',
    file: 'src/application/handlers/handle-timer.ts',
    text: 'const waits = definition.yieldsToCommands && (await',
    instead: 'const waits = userId === "" && definition.yieldsToCommands && (await',
  },
  {
    name: 'a message that overtakes its blocked key',
    file: 'src/adapters/kafka/consumer/blocked-key-queue.ts',
    text: 'const isBlocked = message.key !== null && (await cache.has(keyOf(message)));',
    instead: 'const isBlocked = message.key === null && (await cache.has(keyOf(message)));',
  },
  {
    name: 'a newer version taken for poison',
    file: 'src/messages/parse.ts',
    text: 'const isRecent = Math.abs(now - saidAt(delivery)) < learnedWithinMs;',
    instead: 'const isRecent = Math.abs(now - saidAt(delivery)) < learnedWithinMs - learnedWithinMs;',
  },
  {
    name: 'a message of a blocked key removed before it is handled',
    file: 'src/adapters/kafka/consumer/release-blocked.ts',
    text: '    await tryAgain(message);\n',
    instead: '    await blockedKeys.finish(message);\n    await tryAgain(message);\n',
  },
  {
    name: 'a timer that waits for days after its process died',
    file: 'src/application/jobs/announce-due.ts',
    text: 'notBefore: realNow + pauseAfter(due.announce.tries) }));',
    instead: 'notBefore: realNow + 1_000 * pauseAfter(due.announce.tries) }));',
  },
  {
    name: 'a blocked key forgotten by the next owner',
    file: 'src/adapters/kafka/consumer/blocked-cache.ts',
    text: 'keys = new Set([...blocked.map(({ key }) => key), ...addedMeanwhile]);',
    instead: 'keys = new Set(addedMeanwhile);',
  },
  {
    name: 'a decision kept after a lost race',
    file: 'src/application/change/change-subscriber.ts',
    text: '    const decision = await decide(before, context, loaded);\n',
    instead:
      '    const kept = decide as { kept?: Awaited<ReturnType<Decide>> } & Decide;\n    const decision = (kept.kept ??= await decide(before, context, loaded));\n',
  },
  {
    name: 'an alarm that calls no operator',
    file: 'src/application/services/alert-operators.ts',
    text: '    if (about !== null) alertOperator(log',
    instead: '    if (about !== null && about.rule === undefined) alertOperator(log',
  },
  {
    name: 'an alarm after a lost race that calls no operator',
    file: 'src/application/change/change-subscriber.ts',
    text: '    alertOperators(services.log, userId, events);',
    instead: '    if (tried === 0) alertOperators(services.log, userId, events);',
  },
  {
    name: 'the time that a command says of itself believed',
    file: 'src/application/handlers/bound-acceptance.ts',
    text: '  if (acceptedAt === command.acceptedAt) return command;',
    instead: '  if (acceptedAt === command.acceptedAt || command.userId !== "") return command;',
  },
  {
    name: 'a grace of two days',
    file: 'src/domain/subscription/access.ts',
    text: 'return term.graceUntil ?? term.periodEnd + policy.graceMs;',
    instead: 'return (term.graceUntil ?? term.periodEnd + policy.graceMs) - 86_400_000;',
  },
];

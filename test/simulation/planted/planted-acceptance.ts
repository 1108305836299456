import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about what comes in: before Kafka has it, where reads still lack what a notification names, and as more and more commands. */
export const plantedAcceptance: readonly PlantedBug[] = [
  {
    name: 'a notification acknowledged before Kafka has it',
    file: 'src/application/requests/accept-notification.ts',
    text: '  await services.publisher.publish([message], services.publishDeadlineMs);',
    instead: '  services.publisher.publish([message], services.publishDeadlineMs).catch(() => undefined);',
  },
  {
    name: 'a command accepted before Kafka has it',
    file: 'src/application/requests/accept-command.ts',
    text: '    await services.publisher.publish([message], services.publishDeadlineMs);',
    instead: '    services.publisher.publish([message], services.publishDeadlineMs).catch(() => undefined);',
  },
  {
    name: 'a command that Kafka may lack called accepted',
    file: 'src/application/requests/accept-command.ts',
    text: ": 'acceptance_unknown', command };",
    instead: ": 'accepted', command };",
  },
  {
    name: 'a command that Kafka may have called not accepted',
    file: 'src/application/requests/accept-command.ts',
    text: "error.code === 'taken_back' ?",
    instead: "error.code !== '' ?",
  },
  {
    name: 'an object that reads still lack taken for none',
    file: 'src/application/handlers/read-hinted.ts',
    text: "  if (hint.origin === 'reconciliation') return null;",
    instead: "  if (hint.origin === 'reconciliation' || recent) return null;",
  },
  {
    name: 'any number of commands that wait for one payment',
    file: 'src/domain/commands/pay.ts',
    text: "  if (waiting.length >= policy.waitingMax) return reject(draft, command, 'payment_in_progress');\n",
    instead: '',
  },
  {
    name: 'commands that the document never forgets',
    file: 'src/application/change/trim-subscriber.ts',
    text: 'commands: commands.filter((entry) => !removable.has(entry)) };',
    instead: 'commands: commands.filter((entry) => !removable.has(entry) || entry.id !== "") };',
  },
];

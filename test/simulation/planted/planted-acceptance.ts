import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about what comes in: before Kafka has it, where reads still lack what a notification names, and as more and more commands. */
export const plantedAcceptance: readonly PlantedBug[] = [
  {
    name: 'commands that the document never forgets',
    file: 'src/application/change/trim-subscriber.ts',
    text: 'commands: commands.filter((entry) => !removable.has(entry)) };',
    instead: 'commands: commands.filter((entry) => !removable.has(entry) || entry.id !== "") };',
  },
];

import { tellLeaving } from './leave-now.ts';
import { tellLife } from './life.ts';
import { createStage, type Stage, type TourParts } from './stage.ts';
import { tellUnlink } from './unlink-during-charge.ts';

export type Story = {
  readonly title: string;
  readonly tell: (stage: Stage) => Promise<void>;
  /** How the payments and refunds stand at the provider in the end, in their order. */
  readonly operations: readonly string[];
};

/** What the tour tells, each with a subscriber of its own. */
export const stories: readonly Story[] = [
  {
    title: 'A subscription from its purchase to its end',
    tell: tellLife,
    operations: ['succeeded', 'succeeded', 'canceled', 'succeeded'],
  },
  { title: 'Leaving now, with money back', tell: tellLeaving, operations: ['succeeded', 'succeeded'] },
  {
    title: 'A card is unlinked during its charge',
    tell: tellUnlink,
    operations: ['succeeded', 'succeeded', 'succeeded'],
  },
];

/** Throws at the first step that does not happen. */
export const tellStory = ({ tell }: Story, parts: TourParts): Promise<void> => tell(createStage(parts));

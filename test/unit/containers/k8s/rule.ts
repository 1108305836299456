import type { Resource } from './resource.ts';

/** What a cluster accepts without a word, and what would then fail. A rule names the resources that break it. */
export type Rule = (resources: readonly Resource[]) => readonly string[];

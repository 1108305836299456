import { networkRules } from './network-rules.ts';
import { podRules } from './pod-rules.ts';
import type { Resource } from './resource.ts';
import type { Rule } from './rule.ts';
import { scalingRules } from './scaling-rules.ts';
import { selectionRules } from './selection-rules.ts';
import { settingRules } from './setting-rules.ts';

const rules: Readonly<Record<string, Rule>> = {
  ...podRules,
  ...selectionRules,
  ...settingRules,
  ...scalingRules,
  ...networkRules,
};

/** Every rule that is broken, with the names of what breaks it. */
export const brokenRules = (resources: readonly Resource[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(rules).flatMap(([name, rule]) => {
      const broken = rule(resources);
      return broken.length === 0 ? [] : [[name, broken]];
    }),
  );

export const ruleNames = Object.keys(rules);

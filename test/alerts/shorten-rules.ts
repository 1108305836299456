import { parse } from 'yaml';

type Rule = { readonly alert: string; readonly expr: string; readonly for?: string };
type Rules = { readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[] };

/** A run of minutes stands for hours: windows and `for` are this many times shorter. Thresholds stay. */
export const factor = 30;

/** Rules whose windows must be longer than something that takes its real time here as well. */
const ownFactors: Readonly<Record<string, number>> = {
  // Some jobs run once a minute, so a window of half a minute would have no success of a healthy one.
  BillingJobStalled: 10,
  // A message is given 30 s before its partition rests: shorter windows would see gaps between two failures.
  BillingPartitionRests: 4,
};

export const factorOf = (alert: string): number => ownFactors[alert] ?? factor;

const shorter = (minutes: string, alert: string): string => `${Math.round((Number(minutes) * 60) / factorOf(alert))}s`;

function shortenRule(rule: Rule): Rule {
  const short = (text: string, shape: RegExp, around: (span: string) => string): string =>
    text.replaceAll(shape, (_found, minutes: string) => around(shorter(minutes, rule.alert)));
  const expr = short(rule.expr, /\[(\d+)m\]/g, (span) => `[${span}]`);
  return rule.for === undefined
    ? { ...rule, expr }
    : { ...rule, expr, for: short(rule.for, /^(\d+)m$/g, (span) => span) };
}

/** The rules of the project for a Prometheus, with their durations alone made shorter. */
export function shortenRules(text: string): Rules {
  const { groups } = parse(text) as Rules;
  return { groups: groups.map((group) => ({ ...group, rules: group.rules.map(shortenRule) })) };
}

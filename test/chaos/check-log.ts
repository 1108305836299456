import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import type { Check, Fact } from './evidence.ts';

/** Topics are not ordered against each other: each tells its part in order, together they tell all of it once. */
function gapsOf(facts: readonly Fact[], { userId, eventSeq }: Subscriber): readonly string[] {
  const wrong: string[] = [];
  for (const [topic, told] of Map.groupBy(facts, (fact) => fact.topic)) {
    const firsts = [...new Set(told.map(({ sequence }) => sequence))];
    const late = firsts.find((sequence, index) => sequence < (firsts[index - 1] ?? 0));
    if (late !== undefined) wrong.push(`${userId}: ${late} comes late in ${topic}: ${firsts.join(' ')}`);
  }
  for (const [sequence, told] of Map.groupBy(facts, (fact) => fact.sequence)) {
    const tellings = new Set(told.map(({ topic, type, text }) => `${topic} ${type} ${text}`));
    if (tellings.size > 1) wrong.push(`${userId}: number ${sequence} is told in ${tellings.size} ways`);
    if (sequence > eventSeq) wrong.push(`${userId}: number ${sequence} was told, and ${eventSeq} have happened`);
  }
  const seen = new Set(facts.map(({ sequence }) => sequence));
  const all = Array.from({ length: eventSeq }, (_none, index) => index + 1);
  const missing = all.filter((sequence) => !seen.has(sequence));
  return missing.length === 0 ? wrong : [...wrong, `${userId}: ${missing.join(' ')} of ${eventSeq} not in the log`];
}

export const everyFactIsInTheLog: Check = ({ documents, facts }) => {
  const byUser = Map.groupBy(facts, ({ userId }) => userId);
  const known = new Set(documents.map(({ subscriber }) => subscriber.userId));
  const strangers = [...byUser.keys()].filter((userId) => !known.has(userId));
  return [
    ...documents.flatMap(({ subscriber }) => gapsOf(byUser.get(subscriber.userId) ?? [], subscriber)),
    ...strangers.map((userId) => `${userId}: in the log, and no document`),
  ];
};

export const outboxesAreEmpty: Check = ({ documents }) =>
  documents.flatMap(({ subscriber, outbox }) => (outbox > 0 ? [`${subscriber.userId}: ${outbox} entries`] : []));

export const noSecretIsInClear: Check = ({ texts, canaries }) => {
  const found = texts.flatMap(({ where, text }) =>
    canaries.filter((canary) => text.includes(canary.text)).map(({ name }) => `${name} in ${where}`),
  );
  return [...Map.groupBy(found, (words) => words)].map(([words, all]) => `${words}, ${all.length} times`);
};

/** The services' own alarm: under kills and faults alone it must stay silent. */
export const noInvariantWasViolated: Check = ({ facts }) =>
  facts.filter(({ type }) => type === 'invariant.violated').map(({ userId, text }) => `${userId}: ${text}`);

import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import type { Check, Fact } from './evidence.ts';

/** Topics are not ordered against each other. Each holds a part of the facts in order, together they hold all. */
function gapsOf(facts: readonly Fact[], { userId, eventSeq }: Subscriber): readonly string[] {
  const wrong: string[] = [];
  for (const [topic, same] of Map.groupBy(facts, (fact) => fact.topic)) {
    const firsts = [...new Set(same.map(({ sequence }) => sequence))];
    const late = firsts.find((sequence, index) => sequence < (firsts[index - 1] ?? 0));
    if (late !== undefined) wrong.push(`${userId}: ${late} comes late in ${topic}: ${firsts.join(' ')}`);
  }
  for (const [sequence, same] of Map.groupBy(facts, (fact) => fact.sequence)) {
    const versions = new Set(same.map(({ topic, type, text }) => `${topic} ${type} ${text}`));
    if (versions.size > 1) wrong.push(`${userId}: number ${sequence} has ${versions.size} versions`);
    if (sequence > eventSeq)
      wrong.push(`${userId}: number ${sequence} was published, and the document is at ${eventSeq}`);
  }
  const seen = new Set(facts.map(({ sequence }) => sequence));
  const all = Array.from({ length: eventSeq }, (_none, index) => index + 1);
  const missing = all.filter((sequence) => !seen.has(sequence));
  return missing.length === 0 ? wrong : [...wrong, `${userId}: ${missing.join(' ')} of ${eventSeq} not in the log`];
}

export const everyFactIsInTheLog: Check = ({ documents, facts }) => {
  const byUser = Map.groupBy(facts, ({ userId }) => userId);
  const known = new Set(documents.map(({ subscriber }) => subscriber.userId));
  const unknown = [...byUser.keys()].filter((userId) => !known.has(userId));
  return [
    ...documents.flatMap(({ subscriber }) => gapsOf(byUser.get(subscriber.userId) ?? [], subscriber)),
    ...unknown.map((userId) => `${userId}: in the log, and no document`),
  ];
};

export const outboxesAreEmpty: Check = ({ documents }) =>
  documents.flatMap(({ subscriber, outbox }) => (outbox > 0 ? [`${subscriber.userId}: ${outbox} entries`] : []));

export const noSecretIsInClear: Check = ({ texts, canaries }) => {
  const found = texts.flatMap(({ where, text }) =>
    canaries.filter((canary) => text.includes(canary.text)).map(({ name }) => `${name} in ${where}`),
  );
  return [...Map.groupBy(found, (line) => line)].map(([line, all]) => `${line}, ${all.length} times`);
};

/** The services' own alarms: kills and faults alone must raise none. */
export const noInvariantWasViolated: Check = ({ facts }) =>
  facts.filter(({ type }) => type === 'invariant.violated').map(({ userId, text }) => `${userId}: ${text}`);

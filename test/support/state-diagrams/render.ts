import type { PaymentState } from '../../../src/domain/model/payment-states.ts';
import type { SubscriptionStatus } from '../../../src/domain/model/subscription.ts';
import { type Cause, causeNames, causes } from './causes.ts';
import { capture, start, type Transition } from './transition.ts';

/** The order in which states are drawn; a state without a place here is a compile error. */
const subscriptionStates: Readonly<Record<SubscriptionStatus, number>> = {
  ...{ incomplete: 1, active: 2, past_due: 3, expired: 4, canceled: 5, incomplete_expired: 6 },
};
const paymentStates: Readonly<Record<PaymentState, number>> = {
  ...{ created: 1, sending: 2, requires_action: 3, pending: 4, unknown: 5, succeeded: 7, failed: 8, aborted: 9 },
};
const places: Readonly<Record<string, number>> = { [start]: 0, [capture]: 6, ...subscriptionStates, ...paymentStates };
const placeOf = (state: string): number => places[state] ?? Infinity;

const code = (text: string): string => `\`${text}\``;

/** A transition without a change and without a fact gets no arrow. */
const isNews = ({ from, to, facts }: Transition): boolean => from !== to || facts.length > 0;

const byPlace = (a: Transition, b: Transition): number =>
  placeOf(a.from) - placeOf(b.from) || placeOf(a.to) - placeOf(b.to) || (a.facts.join() < b.facts.join() ? -1 : 1);

const groupedBy = (transitions: readonly Transition[], name: (one: Transition) => string) =>
  Object.entries(Object.groupBy(transitions, name)).map(([key, group]) => ({ key, group: group ?? [] }));

const causesOf = (group: readonly Transition[]): readonly Cause[] =>
  causeNames.filter((cause) => group.some((one) => one.cause === cause));

/** Beside a plain label its variants (`cancel now`, `succeeded: other tariff`) add nothing. */
const shortly = (names: readonly Cause[]): readonly Cause[] =>
  names.filter((name) => !names.some((other) => name.startsWith(other) && /^[ ,:]/.test(name.slice(other.length))));

/** Labels are broken into lines of about this length, or the picture becomes too wide. */
const lineLengthMax = 24;

const lines = (labels: readonly string[]): string =>
  labels
    .reduce<readonly string[]>((done, word) => {
      const last = done.at(-1);
      const longer = `${last}, ${word}`;
      return last !== undefined && longer.length <= lineLengthMax ? [...done.slice(0, -1), longer] : [...done, word];
    }, [])
    .join(',<br/>');

const label = (group: readonly Transition[]): string => lines(shortly(causesOf(group)));

type Arrow = { readonly from: readonly string[]; readonly to: string; readonly label: string };

/** Equal arrows from at least this many states are drawn once, from a box that names all of them. */
const sharedFrom = 4;

function arrowsOf(transitions: readonly Transition[]): readonly Arrow[] {
  const single = groupedBy(transitions, ({ from, to }) => `${from} ${to}`).flatMap(({ group }) =>
    group.slice(0, 1).map(({ from, to }): Arrow => ({ from: [from], to, label: label(group) })),
  );
  return single.flatMap((arrow) => {
    const alike = single.filter(({ to, label: text }) => to === arrow.to && text === arrow.label);
    if (alike.length < sharedFrom) return [arrow];
    return alike[0] === arrow ? [{ ...arrow, from: alike.flatMap(({ from }) => from) }] : [];
  });
}

const box = (name: string, text: string): string => `  state "${text}" as ${name}`;

/** A transition to the same state stands in the state's box, because a loop would cross other arrows. */
function diagram(transitions: readonly Transition[]): readonly string[] {
  const arrows = arrowsOf(transitions.filter(({ from, to }) => from !== to));
  const loops = groupedBy(
    transitions.filter(({ from, to }) => from === to),
    ({ to }) => to,
  );
  const shared = new Map(arrows.filter(({ from }) => from.length > 1).map(({ from }) => [from.join('_or_'), from]));
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  direction LR',
    ...arrows.map(({ from, to, label: text }) => `  ${from.join('_or_')} --> ${to}: ${text}`),
    ...loops.map(({ key, group }) => box(key, `${key}<br/>↻ ${label(group)}`)),
    ...[...shared].map(([name, states]) => box(name, states.join('<br/>'))),
    '```',
  ];
}

function table(transitions: readonly Transition[]): readonly string[] {
  const rows = groupedBy(transitions, ({ from, to, facts }) => [from, to, ...facts].join());
  return [
    '| from | to | when | published |',
    '| --- | --- | --- | --- |',
    ...rows.flatMap(({ group }) => {
      const [first] = group;
      if (first === undefined) return [];
      const from = first.from === start ? '' : code(first.from);
      const published = first.facts.length === 0 ? 'nothing' : first.facts.map(code).join(', ');
      return [`| ${from} | ${code(first.to)} | ${shortly(causesOf(group)).join(' · ')} | ${published} |`];
    }),
  ];
}

function section(title: string, of: Transition['of'], all: readonly Transition[]): readonly string[] {
  const transitions = all.filter((one) => one.of === of && isNews(one)).toSorted(byPlace);
  return [`## ${title}`, '', ...diagram(transitions), '', ...table(transitions), ''];
}

/** docs/generated/states.md: two pictures, each with its table, and the meaning of the labels. */
export function renderStates(transitions: readonly Transition[]): string {
  return [
    '# States',
    '',
    'Generated by `npm run generate` from `src/domain`: it tries every command, timer, answer and check result in every state that',
    'can be reached from a new subscriber, and records what the rules do (`test/support/state-diagrams`). An arrow is one save.',
    '_Published_ are the facts that this save publishes about the subscription or the payment; access and refunds have facts of',
    'their own. A save that keeps the state and still publishes something stands in its box. `capture` is a payment `created` once',
    'more, to capture authorized money. The ladders are shortened: a longer one adds repeats, no new arrow.',
    '',
    ...section('Subscription', 'subscription', transitions),
    ...section('Payment', 'payment', transitions),
    '## Labels of the arrows',
    '',
    '| label | meaning |',
    '| --- | --- |',
    ...Object.entries(causes).map(([name, meaning]) => `| ${name} | ${meaning} |`),
    '',
  ].join('\n');
}

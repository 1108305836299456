import fc from 'fast-check';
import type { Facts } from '../../src/domain/commands/definition.ts';
import { cancelReasons } from '../../src/domain/model/cancel-reason.ts';
import type { Command, CommandInput, CommandType } from '../../src/domain/commands/index.ts';
import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import type { Random } from '../simulation/world/random.ts';
import { type CellState, type Cells, inEveryState, type Known, type Resolving } from './cells.ts';
import { anyTerms } from './any-terms.ts';
import { methodRows } from './method-commands.ts';
import { receiptContactRows, sealedOrNull } from './receipt-contact-commands.ts';
import { staffRows } from './staff-commands.ts';
import { tariffs } from './test-system.ts';

export type { CellState, Known, Resolving };

// One row for each command holds all that the tests need of it. Tests of all commands iterate over these rows.

/** The fields that a command has of its own. */
type Own<Type extends CommandType> = Omit<Extract<CommandInput, { readonly type: Type }>, 'type' | 'userId'>;

export type CommandRow<Type extends CommandType> = {
  /** Only staff order it. */
  readonly staff?: true;
  /** Any value of each field, for properties of messages. */
  readonly fields: { readonly [Name in keyof Own<Type>]-?: fc.Arbitrary<Own<Type>[Name]> };
  /** How often the people of the simulation send it, relative to the other commands. */
  readonly weight: number;
  /** What they send. Every draw counts: another order of draws gives every seed another life. */
  readonly draw: (random: Random, known: Known) => Own<Type>;
  /** The modes by which the simulation counts its coverage; '' where there are none. */
  readonly modes: readonly [string, ...string[]];
  /** The label of an arrow in the state diagrams → the commands that it stands for, and the result of the first of them. */
  readonly orders: Readonly<Record<string, Order<Type>>>;
};

type Order<Type extends CommandType> = {
  readonly means: string;
  /** Fixed, or what the state gives. */
  readonly inputs: readonly [Own<Type>, ...Own<Type>[]] | ((state: Subscriber) => readonly Own<Type>[]);
  /** Accepted when the subscription began, and handled only now. */
  readonly late?: true;
  readonly cells: Cells;
};

export type CommandRows = { readonly [Type in CommandType]: CommandRow<Type> };

const leaving = { mode: 'immediate', refund: 'prorated' } as const;
const ordinary = { paySystem: 'yookassa', returnUrl: null, testClockId: null };

export const commandRows = {
  'subscription.pay': {
    fields: {
      tariffId: fc.uuid(),
      paySystem: fc.constant('yookassa'),
      renew: fc.boolean(),
      returnUrl: fc.option(fc.webUrl(), { nil: null }),
      testClockId: fc.option(fc.uuid(), { nil: null }),
      terms: anyTerms,
    },
    weight: 65,
    draw: (random, { tariffId, shown }) => {
      const wanted = tariffId();
      return { tariffId: wanted, renew: random.chance(0.85), terms: shown(wanted), ...ordinary };
    },
    modes: [''],
    orders: {
      pay: {
        means: 'the command `subscription.pay`',
        inputs: [
          { tariffId: tariffs.month.id, renew: true, ...ordinary },
          { tariffId: tariffs.month.id, renew: false, ...ordinary },
        ],
        cells: {
          none: 'pending',
          incomplete: 'requires_action',
          active: 'already_subscribed',
          past_due: 'pending',
          held: 'already_subscribed',
          expired: 'pending',
          canceled: 'pending',
          incomplete_expired: 'pending',
        },
      },
      'pay another tariff': {
        means: 'the same for another tariff than the one past due',
        inputs: [{ tariffId: tariffs.year.id, renew: true, ...ordinary }],
        cells: {
          none: 'pending',
          incomplete: 'pending',
          active: 'already_subscribed',
          past_due: 'pending',
          held: 'already_subscribed',
          expired: 'pending',
          canceled: 'pending',
          incomplete_expired: 'pending',
        },
      },
    },
  },
  'subscription.cancel': {
    fields: {
      mode: fc.constantFrom('period_end', 'immediate'),
      reason: fc.option(fc.constantFrom('too few films', '', ...cancelReasons), { nil: null }),
      comment: sealedOrNull,
      refund: fc.constantFrom('none', 'prorated'),
    },
    weight: 35,
    draw: (random) => ({
      ...random.pick([{ mode: 'period_end' }, { mode: 'period_end' }, { mode: 'immediate' }, leaving] as const),
      ...random.pick([
        { reason: null, comment: null },
        { reason: random.pick(cancelReasons), comment: `v1.${random.id()}` },
      ]),
    }),
    modes: ['period_end', 'immediate'],
    orders: {
      cancel: {
        means: 'the command `subscription.cancel` at the end of the period',
        inputs: [{ mode: 'period_end', reason: null }],
        cells: inEveryState('completed'),
      },
      'cancel now': {
        means: 'the same at once',
        inputs: [{ mode: 'immediate', reason: null }],
        cells: inEveryState('completed'),
      },
      'cancel now, with a refund': {
        means: 'the same at once, and the unused part goes back',
        inputs: [{ ...leaving, reason: null }],
        cells: inEveryState('completed'),
      },
      'cancel, handled late': {
        means: 'accepted before a renewal that was charged before the command was handled',
        inputs: [{ mode: 'period_end', reason: null }],
        late: true,
        cells: inEveryState('completed'),
      },
      'cancel now, handled late': {
        means: 'the same at once',
        inputs: [{ mode: 'immediate', reason: null }],
        late: true,
        cells: inEveryState('completed'),
      },
    },
  },
  'subscription.uncancel': {
    fields: { terms: anyTerms, returnUrl: fc.option(fc.webUrl(), { nil: null }) },
    weight: 6,
    draw: (_, { shown }) => ({ terms: shown(null) }),
    modes: [''],
    orders: {
      uncancel: {
        means: 'the command `subscription.uncancel`',
        inputs: [{}],
        cells: {
          none: 'too_late',
          incomplete: 'not_active',
          active: 'completed',
          past_due: 'completed',
          held: 'completed',
          expired: 'too_late',
          canceled: 'too_late',
          incomplete_expired: 'too_late',
        },
      },
    },
  },
  'payment.retry': {
    fields: {},
    weight: 4,
    draw: () => ({}),
    modes: [''],
    orders: {
      retry: {
        means: 'the command `payment.retry`',
        inputs: [{}],
        cells: {
          none: 'not_active',
          incomplete: 'not_active',
          active: 'completed',
          past_due: 'pending',
          held: 'completed',
          expired: 'not_active',
          canceled: 'not_active',
          incomplete_expired: 'not_active',
        },
      },
    },
  },
  ...methodRows,
  ...receiptContactRows,
  ...staffRows,
} as const satisfies CommandRows;

export type OrderName = { readonly [Type in CommandType]: keyof (typeof commandRows)[Type]['orders'] }[CommandType];

export const commandTypes = Object.keys(commandRows) as readonly CommandType[];

/** A row without the types of its own command, for iterating over all of them. */
type AnyRow = Omit<CommandRow<CommandType>, 'draw' | 'orders'> & {
  readonly draw: (random: Random, known: Known) => object;
  readonly orders: Readonly<
    Record<
      string,
      Omit<Order<CommandType>, 'inputs'> & {
        readonly inputs: readonly object[] | ((state: Subscriber) => readonly object[]);
      }
    >
  >;
};

const rowOf = (type: CommandType): AnyRow => commandRows[type];

/** The commands that subscribers give themselves. */
export const subscriberCommands = commandTypes.filter((type) => rowOf(type).staff !== true);

const staffId = 'staff-1';

/** Who orders it: the subscriber, or a member of staff. */
export const actorOf = (type: CommandType, userId: string): Command['actor'] =>
  rowOf(type).staff === true ? { kind: 'staff', id: staffId } : { kind: 'user', id: userId };

type Given = { readonly commandId: string; readonly acceptedAt: number };

/** Every label with its row. `commandsFor` are the commands that it stands for, for one subscriber at one time. */
export const orders = commandTypes.flatMap((type) =>
  Object.entries(rowOf(type).orders).map(([name, { means, inputs, late = false, cells }]) => ({
    ...{ name: name as OrderName, means, late, cells },
    commandsFor: (state: Subscriber, given: Given): readonly Command[] =>
      (typeof inputs === 'function' ? inputs(state) : inputs).map((input) => {
        const { userId } = state;
        const common = { type, userId, actor: actorOf(type, userId), bodyHash: '', notAfter: null };
        return { ...input, ...given, ...common } as unknown as Command;
      }),
  })),
);

/** The facts that a command of `orders` is decided with. */
export const factsFor = (command: Command): Facts => ({
  tariff: Object.values(tariffs).find(({ id }) => 'tariffId' in command && id === command.tariffId) ?? null,
  paySystem: { alias: 'yookassa' },
  testClock: null,
  paid: null,
});

/** Draws a command by the weights. Takes one draw. */
export function drawCommandType(random: Random): CommandType {
  const total = commandTypes.reduce((sum, type) => sum + rowOf(type).weight, 0);
  let left = (1 - random.next()) * total;
  for (const type of commandTypes) {
    left -= rowOf(type).weight;
    if (left <= 0) return type;
  }
  throw new Error('the weights of the commands are not positive');
}

export const drawInput = (
  type: CommandType,
  userId: string,
  { random, ...known }: Known & { readonly random: Random },
): CommandInput => ({ type, userId, ...rowOf(type).draw(random, known) }) as CommandInput;

/** Commands as the simulation counts them: by type and mode. */
export const countedCommands = commandTypes.flatMap((type) =>
  rowOf(type).modes.map((mode) => (mode === '' ? type : `${type} ${mode}`)),
);

/** Any command, with the common fields and the fields of its own. */
export const anyCommand = (common: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Command> =>
  fc.oneof(
    ...commandTypes.map((type) => fc.record({ ...common, ...rowOf(type).fields, type: fc.constant(type) })),
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<Command>;

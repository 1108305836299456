import type { Draft } from '../decision/draft.ts';
import type { CommandBase } from '../model/command.ts';
import type { StaffAct } from '../model/events.ts';
import type { Context } from '../model/context.ts';
import { minuteMs } from '../model/instant.ts';
import type { Tariff } from '../model/tariff.ts';

/** What the application can look up for a command; null when it does not exist. */
type Found = {
  readonly tariff: Tariff | null;
  readonly paySystem: { readonly alias: string } | null;
  /** Null also for a command that names no clock. */
  readonly testClock: { readonly id: string } | null;
};

export type LookUp = keyof Found;

export type Facts<Named extends LookUp = LookUp> = Pick<Found, Named>;

/** The fields of a command that look-ups search by. */
export type LookUpFields = {
  readonly tariffId: string;
  readonly paySystem: string;
  readonly testClockId: string | null;
};

type FieldOf = { readonly tariff: 'tariffId'; readonly paySystem: 'paySystem'; readonly testClock: 'testClockId' };

/** What a subscriber would mean without choosing: their tariff, pay system and default method; `none` where there is none. */
export type Offer = Pick<LookUpFields, 'tariffId' | 'paySystem'> & { readonly methodId: string };

/** A later command is rejected: no client waits for it any more, and it must not charge. */
export const attendedLifeMs = 15 * minuteMs;

/** Everything that is specific to a command. A look-up can be named only where the command has its field. */
export type CommandDefinition<
  Specific extends CommandBase & Pick<LookUpFields, FieldOf[Named]>,
  Named extends LookUp = never,
> = {
  /** How long after its acceptance it may be carried out, in real time; null: it never expires. */
  readonly lifeMs: number | null;
  readonly lookUps: readonly Named[];
  /** What the audit says that the command was about, where staff order it; without it, the subscriber. */
  readonly subjectOf?: (command: Specific) => StaffAct['subject'];
  /**
   * The fields of the command as a client gives it without a further choice: the account says whether it would be carried
   * out. Null: subscribers do not give it.
   */
  readonly plainly: ((offer: Offer) => Omit<Specific, keyof CommandBase | 'type'>) | null;
  /** The draft resolves the command, or opens the payment whose end resolves it later. */
  readonly decide: (draft: Draft, command: Specific, facts: Facts<Named>, context: Context) => Draft;
};

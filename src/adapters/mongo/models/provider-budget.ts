import { createCollection, createPart, required } from './schema.ts';

export type MemberRow = {
  readonly id: string;
  readonly no: number;
  readonly slots: number;
  readonly perSecond: number;
  readonly wantSlots: number;
  readonly wantPerSecond: number;
  readonly rests: boolean;
  readonly until: Date;
};
export type ProviderBudgetRow = { readonly _id: 'current'; readonly at: Date; readonly members: readonly MemberRow[] };

const member = createPart<MemberRow>({
  /** The process. */
  id: required(String),
  /** Which of its renewals. */
  no: required(Number),
  /** What it may use. */
  slots: required(Number),
  perSecond: required(Number),
  /** What it could use. */
  wantSlots: required(Number),
  wantPerSecond: required(Number),
  /** Whether it holds a share while it wants none. */
  rests: required(Boolean),
  /** When its share is free again, by the clock of the server. */
  until: required(Date),
});

/** One row: which process may ask how much of the provider. */
export const providerBudget = createCollection<ProviderBudgetRow>('provider_budget', {
  /** Always `current`. */
  _id: required(String),
  /** The time of the server at the last renewal. */
  at: required(Date),
  members: required([member]),
});

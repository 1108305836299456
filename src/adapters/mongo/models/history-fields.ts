import { type Fields, required } from './schema.ts';

/** The fields that every row of a read model has. */
export type HistoryRow = {
  readonly _id: string;
  readonly userId: string;
  readonly version: number;
  readonly updatedAt: Date;
};

export const historyFields: Fields<HistoryRow> = {
  /** The id of the subscription, payment, refund or command. */
  _id: required(String),
  /** The user it belongs to. */
  userId: required(String),
  /** The version of the subscriber that the row shows. A lower version never replaces a higher one. */
  version: required(Number),
  /** Real time of the save that the row shows. */
  updatedAt: required(Date),
};

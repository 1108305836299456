import { Schema } from 'mongoose';
import type { PaySystem } from '../../../application/ports/catalogue.ts';
import { createCollection, required, text } from './schema.ts';

export type PaySystemRow = Omit<PaySystem, 'id'> & {
  readonly _id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** The pay systems that a purchase may name. Operators write here; the services only read. */
export const paySystems = createCollection<PaySystemRow>(
  'pay_systems',
  {
    /** The pay system's id, a UUID. */
    _id: required(String),
    /** The name that subscribers read. */
    name: text,
    /** The name by which programs know it. */
    alias: required(String),
    /** ISO 4217 code of the currency it takes. */
    currencyCode: required(String),
    /** Free columns of the v1 API, shown as they are. */
    data: required(Schema.Types.Mixed),
    /** When it was made. */
    createdAt: required(Date),
    /** When it was last changed. */
    updatedAt: required(Date),
  },
  [{ name: 'alias', key: { alias: 1 }, unique: true }],
);

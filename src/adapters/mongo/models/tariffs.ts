import { Schema } from 'mongoose';
import type { CatalogueTariff } from '../../../application/ports/catalogue.ts';
import { tariffFields } from './parts/tariff.ts';
import { createCollection, optional, required } from './schema.ts';

export type TariffRow = Omit<CatalogueTariff, 'id' | 'createdAt' | 'updatedAt'> & {
  readonly _id: string;
  /** Absent: it is. */
  readonly isSold?: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** What is sold. Operators write here; the services only read. */
export const tariffs = createCollection<TariffRow>(
  'tariffs',
  {
    /** The tariff's id, a UUID. */
    _id: required(String),
    ...tariffFields,
    /** Free columns of the v1 API, shown as they are. */
    sale: required(Schema.Types.Mixed),
    /** False: it is not for sale any more. Its subscriptions go on. */
    isSold: optional(Boolean),
    /** When the tariff was made. */
    createdAt: required(Date),
    /** When it was last changed. */
    updatedAt: required(Date),
  },
  [{ name: 'alias', key: { alias: 1 }, unique: true }],
);

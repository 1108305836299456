import type { Db } from 'mongodb';
import { createSandboxClient } from '../../../tools/client/sandbox-client.ts';

/** Some of the buyers, a few at a time: who has paid must have access, and one who has not must not. */
const paidAtOnce = 25;

export type Payers = {
  readonly pay: () => Promise<void>;
  readonly paid: () => number;
  /** Payments whose notification has not been carried out yet. */
  readonly underWay: () => Promise<number>;
};
type Row = { readonly payment?: { readonly providerPaymentId?: string } };

const isOpen = { 'payment.state': 'requires_action' };

/** Pays open payment pages, each once. */
export function createPayers(db: Db, sandbox: string): Payers {
  const { payById } = createSandboxClient(sandbox);
  const subscribers = db.collection('subscribers');
  const done = new Set<string>();
  return {
    paid: () => done.size,
    pay: async () => {
      const open = subscribers.find(isOpen, { projection: { 'payment.providerPaymentId': 1 } });
      const rows = (await open.limit(done.size + paidAtOnce).toArray()) as Row[];
      const ids = rows.flatMap(({ payment }) => payment?.providerPaymentId ?? []).filter((id) => !done.has(id));
      for (const id of ids.slice(0, paidAtOnce)) {
        await payById(id);
        done.add(id);
      }
    },
    underWay: () => subscribers.countDocuments({ ...isOpen, 'payment.providerPaymentId': { $in: [...done] } }),
  };
}

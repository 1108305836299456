import { type Answer, call, type Json, jsonOf } from './call.ts';

const goodCard = '5555555555554444';

export type ProviderLedger = { readonly payments: readonly Json[]; readonly refunds: readonly Json[] };

/** The sandbox's control API: what a buyer and their bank do, and what the provider has stored. */
export function createSandboxClient(sandbox: string) {
  const control = (path: string, body?: Json): Promise<Answer> => call(`${sandbox}/_sandbox/${path}`, { body });
  /** The provider's objects of the user, oldest first. */
  const ledgerOf = async (userId: string): Promise<ProviderLedger> => {
    const { payments, refunds } = (await jsonOf('the ledger of the sandbox', control('ledger'))) as ProviderLedger;
    const isTheirs = (object: Json): boolean => (object['metadata'] as Json | undefined)?.['user_id'] === userId;
    return { payments: payments.filter(isTheirs), refunds: refunds.filter(isTheirs) };
  };
  /** Submits the form of a payment page. */
  const payById = (id: unknown, card = goodCard): Promise<Answer> => control(`payments/${String(id)}/pay`, { card });
  return {
    control,
    ledgerOf,
    payById,
    /** Pays the newest open page of the user. */
    payPage: async (userId: string, card?: string): Promise<Answer> => {
      const { payments } = await ledgerOf(userId);
      return payById(payments.findLast((payment) => payment['status'] === 'pending')?.['id'], card);
    },
    /** Sets the bank's answer to the next charge of the card that the user saved first. */
    nextCharge: async (userId: string, result: string): Promise<void> => {
      const method = (await ledgerOf(userId)).payments[0]?.['payment_method'] as Json | undefined;
      await jsonOf('the bank', control(`payment-methods/${String(method?.['id'])}`, { next: result }));
    },
    /** Every operation that the provider did for the user, oldest first. */
    operationsOf: async (userId: string): Promise<readonly Json[]> => {
      const { payments, refunds } = await ledgerOf(userId);
      return [...payments, ...refunds].sort((a, b) => String(a['created_at']).localeCompare(String(b['created_at'])));
    },
  };
}

export type SandboxClient = ReturnType<typeof createSandboxClient>;

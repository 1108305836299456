import type { Connection, Model } from 'mongoose';
import { apiProcesses } from './api-processes.ts';
import { audit } from './audit.ts';
import { commands } from './commands.ts';
import { deadLetters } from './dead-letters.ts';
import { encryptionKey } from './encryption-key.ts';
import { epochs } from './epochs.ts';
import { noticeReports } from './notice-reports.ts';
import { parkedMessages } from './parked-messages.ts';
import { paySystems } from './pay-systems.ts';
import { payments } from './payments.ts';
import { receipts } from './receipts.ts';
import { refunds } from './refunds.ts';
import { providerBudget } from './provider-budget.ts';
import { reconciliations } from './reconciliations.ts';
import type { Collection } from './schema.ts';
import { subscribers } from './subscribers.ts';
import { subscriptions } from './subscriptions.ts';
import { tariffs } from './tariffs.ts';
import { testClocks } from './test-clocks.ts';
import { timeZone } from './time-zone.ts';

/** Every collection of ours, on one connection. Agenda owns those of the scheduler. */
export function openModels(connection: Connection) {
  const open = <Stored>({ name, schema }: Collection<Stored>): Model<Stored> =>
    connection.model<Stored>(name, schema, name);
  return {
    subscribers: open(subscribers),
    subscriptions: open(subscriptions),
    payments: open(payments),
    refunds: open(refunds),
    receipts: open(receipts),
    commands: open(commands),
    tariffs: open(tariffs),
    paySystems: open(paySystems),
    reconciliations: open(reconciliations),
    testClocks: open(testClocks),
    parkedMessages: open(parkedMessages),
    deadLetters: open(deadLetters),
    encryptionKey: open(encryptionKey),
    timeZone: open(timeZone),
    epochs: open(epochs),
    audit: open(audit),
    noticeReports: open(noticeReports),
    providerBudget: open(providerBudget),
    apiProcesses: open(apiProcesses),
  };
}

export type Models = ReturnType<typeof openModels>;

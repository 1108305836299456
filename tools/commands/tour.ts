import { randomUUID } from 'node:crypto';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';
import { openBillingClient } from '../client/billing-client.ts';
import { followEvents } from '../client/event-stream.ts';
import { createSandboxClient } from '../client/sandbox-client.ts';
import { runTour } from '../tour/story.ts';

readCommandLine(commands.tour);

const environment = runningEnvironment(process.env);
const api = `http://127.0.0.1:${environment['PROJECT_PORT'] ?? '8001'}`;
const provider = createSandboxClient(`http://127.0.0.1:${environment['SANDBOX_PORT'] ?? '8090'}`);
const userId = randomUUID();

async function tour(): Promise<void> {
  const client = await openBillingClient(api, { userId }, environment);
  const staff = await openBillingClient(api, { userId, superuser: true }, environment);
  const events = await followEvents(api, userId);
  let printed = 0;
  const printEvents = (): void => {
    for (const event of events.seen().slice(printed))
      console.log(`   ${event.time}  ${event.topic.padEnd(26)} ${event.type}`);
    printed = events.seen().length;
  };
  const print = (line: string): void => {
    printEvents();
    console.log(line.startsWith('\n') ? line : `   ${line}`);
  };
  try {
    await runTour({ userId, client, staff, provider, events, print });
    printEvents();
    console.log('\nWhat the provider saw');
    for (const call of await provider.operationsOf(userId)) {
      const amount = call['amount'] as { readonly value: string; readonly currency: string };
      console.log(
        `   ${String(call['created_at'])}  ${String(call['id'])}  ${amount.value} ${amount.currency}  ${String(call['status'])}`,
      );
    }
    console.log('\nEvery step happened as expected.');
  } finally {
    events.close();
  }
}

try {
  await tour();
} catch (error) {
  const refused = error instanceof TypeError && error.message === 'fetch failed';
  console.error(
    refused
      ? `Nothing answers at ${api}. Start the system first: npm start`
      : `The tour failed: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}

import { randomUUID } from 'node:crypto';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { runningEnvironment } from '../../stack/running-environment.ts';
import { openBillingClient } from '../client/billing-client.ts';
import { followEvents } from '../client/event-stream.ts';
import { createSandboxClient } from '../client/sandbox-client.ts';
import { stories, type Story, tellStory } from '../tour/stories.ts';

readCommandLine(commands.tour);

const environment = runningEnvironment(process.env);
const api = `http://127.0.0.1:${environment['PROJECT_PORT'] ?? '8001'}`;
const provider = createSandboxClient(`http://127.0.0.1:${environment['SANDBOX_PORT'] ?? '8090'}`);

async function printProvidersView(userId: string): Promise<void> {
  console.log('\nWhat the provider saw');
  for (const call of await provider.operationsOf(userId)) {
    const amount = call['amount'] as { readonly value: string; readonly currency: string };
    const kind = 'payment_id' in call ? 'refund ' : 'payment';
    console.log(
      `   ${String(call['created_at'])}  ${kind}  ${String(call['id'])}  ${amount.value} ${amount.currency}  ${String(call['status'])}`,
    );
  }
}

async function show(story: Story): Promise<void> {
  const userId = randomUUID();
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
  console.log(`\n== ${story.title} ==`);
  try {
    await tellStory(story, { userId, client, staff, provider, events, print });
    printEvents();
    await printProvidersView(userId);
  } finally {
    events.close();
  }
}

try {
  for (const story of stories) await show(story);
  console.log('\nEvery step happened as expected.');
} catch (error) {
  const refused = error instanceof TypeError && error.message === 'fetch failed';
  console.error(
    refused
      ? `Nothing answers at ${api}. Start the system first: npm start`
      : `The tour failed: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}

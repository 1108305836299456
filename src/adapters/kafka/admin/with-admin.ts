import type { Admin } from 'kafkajs';
import { type ClientOptions, createClient } from '../client/client.ts';

/** Runs a few requests over a connection of their own. */
export async function withAdmin<T>(
  options: ClientOptions,
  use: (admin: Admin) => Promise<T>,
  retries: number,
): Promise<T> {
  const admin = createClient(options, { retries }).admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

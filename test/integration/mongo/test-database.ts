import { randomUUID } from 'node:crypto';
import { connectMongo, type MongoConnection } from '../../../src/adapters/mongo/connection.ts';
import { createIndexes } from '../../../src/adapters/mongo/indexes.ts';

/** A database of its own on the stack's real server, with all indexes; dropped when closed. */
export async function openTestDatabase(): Promise<MongoConnection & { readonly url: string }> {
  const server = process.env['MONGODB_URL'];
  if (server === undefined)
    throw new Error('MONGODB_URL names the replica set that integration tests use; run npm test');
  const url = new URL(server);
  url.pathname = `/billing_test_${randomUUID().slice(0, 8)}`;
  const connection = await connectMongo({ url: url.href, serverSelectionTimeoutMs: 10_000 });
  await createIndexes(connection.models);
  const close = async (): Promise<void> => {
    await connection.db.dropDatabase();
    await connection.close();
  };
  return { ...connection, url: url.href, close };
}

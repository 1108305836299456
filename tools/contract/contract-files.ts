import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkAsyncApi } from './check-documents.ts';
import { ContractError } from './contract-error.ts';
import { goldenPathOf } from './golden-sample.ts';
import { readContract, readInstantPattern } from './read-contract.ts';
import { renderAsyncApi } from './render-asyncapi.ts';
import { renderContract } from './render-contract.ts';
import { renderEventsPage } from './render-events-page.ts';
import { renderTypes } from './render-types.ts';

/**
 * Every file that follows from schemas/, by its path in the project. A golden sample is written only while it is missing:
 * an existing one shows what was published and never changes.
 */
export async function contractFiles(root: string): Promise<Readonly<Record<string, string>>> {
  const schemas = join(root, 'schemas');
  const channels = readContract(schemas);
  const instantPattern = readInstantPattern(schemas);
  const asyncApi = renderAsyncApi(schemas, channels);
  const complaints = await checkAsyncApi(asyncApi, join(schemas, 'asyncapi.yaml'));
  if (complaints.length > 0) throw new ContractError(complaints.join('\n'));
  const unwritten = channels
    .flatMap(({ messages }) => messages)
    .map(({ schemaName, golden }) => ({ path: goldenPathOf(schemas, schemaName), golden }))
    .filter(({ path }) => !existsSync(path));
  return {
    ...Object.fromEntries(
      unwritten.map(({ path, golden }) => [relative(root, path), `${JSON.stringify(golden, null, 2)}\n`]),
    ),
    'schemas/asyncapi.yaml': asyncApi,
    'src/messages/generated/contract.ts': renderContract(channels, instantPattern),
    'src/messages/generated/received.ts': await renderTypes(channels, instantPattern),
    'docs/generated/events.md': renderEventsPage(channels),
  };
}

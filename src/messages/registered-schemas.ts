import { isSchemaName, subjectOf } from './catalogue.ts';
import { published, schemas } from './generated/contract.ts';

export type RegisteredSchema = { readonly subject: string; readonly schemaName: string; readonly text: string };

/** Every schema ever published, self-contained, oldest version of a message first: what the deploy step registers. */
export const registeredSchemas: readonly RegisteredSchema[] = Object.keys(published)
  .filter(isSchemaName)
  .toSorted((a, b) => published[a].version - published[b].version)
  .map((schemaName) => ({
    subject: subjectOf(published[schemaName].channel, published[schemaName].type),
    schemaName,
    text: JSON.stringify(schemas[schemaName]),
  }));

import { isDeepStrictEqual } from 'node:util';
import { MongoServerError } from 'mongodb';
import type { IndexOptions, Model } from 'mongoose';
import { Fault } from '../../application/ports/faults.ts';
import type { Models } from './models/open-models.ts';
import { askStore } from './store-fault.ts';

type Index = Pick<IndexOptions, 'name' | 'unique'> & { readonly key: object };

const listOf = (models: Models) => Object.values(models) as unknown as readonly Model<object>[];

const declaredIn = ({ schema }: Model<object>): readonly Index[] =>
  schema.indexes().map(([key, options]) => ({ key, ...options }));

const namespaceNotFound = 26;

/** Every index except that of `_id`; none while the collection does not exist. */
async function presentIn(model: Model<object>): Promise<readonly Index[]> {
  try {
    const indexes = await askStore(() => model.collection.indexes());
    return indexes.filter(({ name }) => name !== '_id_');
  } catch (error) {
    if (error instanceof MongoServerError && error.code === namespaceNotFound) return [];
    throw error;
  }
}

/** The order of the fields counts, that of the options does not. `v` is the server's storage format and is ignored. */
const comparable = ({ key, ...options }: Index) => [Object.entries(key), { ...options, v: null }];
const isSame = (one: Index, other: Index): boolean => isDeepStrictEqual(comparable(one), comparable(other));

async function driftOf(model: Model<object>): Promise<readonly string[]> {
  const declared = new Map(declaredIn(model).map((index) => [index.name, index]));
  return (await presentIn(model)).flatMap((index) => {
    const wanted = declared.get(index.name);
    const name = `${model.modelName}.${index.name ?? ''}`;
    if (wanted === undefined) return [`${name} is declared by no model`];
    return isSame(index, wanted) ? [] : [`${name} is ${JSON.stringify(index)} instead of ${JSON.stringify(wanted)}`];
  });
}

/** Deploy step, safe to repeat: creates what is missing. It changes nothing while an index differs from the models. */
export async function createIndexes(models: Models): Promise<void> {
  const drift = (await Promise.all(listOf(models).map(driftOf))).flat();
  if (drift.length > 0) {
    const advice =
      'Drop each of these indexes or declare it in src/adapters/mongo/models, then run the deploy step again.';
    throw new Fault('indexes_differ', [...drift, advice].join('\n'), { retryable: false });
  }
  for (const model of listOf(models)) {
    await askStore(() => model.createCollection());
    await askStore(() => model.createIndexes());
  }
}

/** At service start: without a unique index an invariant has no enforcer, so the service must not run. */
export async function assertIndexes(models: Models): Promise<void> {
  const missing = listOf(models).map(async (model) => {
    const present = await presentIn(model);
    const unique = declaredIn(model).filter((index) => index.unique === true);
    return unique.flatMap((index) =>
      present.some((other) => isSame(other, index)) ? [] : [`${model.modelName}.${index.name ?? ''}`],
    );
  });
  const names = (await Promise.all(missing)).flat();
  if (names.length === 0) return;
  const message = `Unique indexes are missing: ${names.join(', ')}. Run the deploy step (src/migrate.ts) first.`;
  throw new Fault('indexes_missing', message, { retryable: false });
}

import { type IndexDefinition, type IndexOptions, Schema, type SchemaOptions } from 'mongoose';

/** The tuples keep the conditional type from distributing over a union: its members share one schema. */
type Leaf<Value> = [Value] extends [string]
  ? StringConstructor
  : [Value] extends [number]
    ? NumberConstructor
    : [Value] extends [boolean]
      ? BooleanConstructor
      : [Value] extends [Date]
        ? DateConstructor
        : [Value] extends [readonly (infer Item)[]]
          ? readonly [Leaf<Item>]
          : Part<Value> | typeof Schema.Types.Mixed;
declare const described: unique symbol;
/** The schema of an embedded object. Only the compiler sees the second half, which names the described type. */
export type Part<Value> = Schema & { readonly [described]?: Value };

type Required<Type> = { readonly type: Type; readonly required: true };
type Optional<Type> = { readonly type: Type; readonly default: undefined };
type Text = { readonly type: StringConstructor; readonly default: '' };
type Field<Value> = [Value] extends [NonNullable<Value>]
  ? Required<Leaf<Value>> | (Value extends string ? Text : never)
  : Optional<Leaf<NonNullable<Value>>>;

/** The keys of every member of a union. A field that some members lack is optional. */
type KeyOf<Stored> = Stored extends unknown ? keyof Stored : never;
type ValueAt<Stored, Key> = Stored extends unknown ? (Key extends keyof Stored ? Stored[Key] : undefined) : never;
/** One schema field for each field of the stored type: a schema with a missing or an extra field does not compile. */
export type Fields<Stored> = { readonly [Key in KeyOf<Stored>]: Field<ValueAt<Stored, Key>> };

/** Always present. A field that is added later cannot be: older documents and outbox entries lack it. */
export const required = <Type>(type: Type): Required<Type> => ({ type, required: true });
/** Null while there is no value, or absent where the object has no such field. Mongoose would make an absent list empty. */
export const optional = <Type>(type: Type): Optional<Type> => ({ type, default: undefined });
/** Always present and perhaps empty. Mongoose's `required` refuses an empty string. */
export const text: Text = { type: String, default: '' };

/** No `__v`, no virtual `id`, and empty objects are kept: a document has exactly the fields of its model. */
const options = { id: false, versionKey: false, minimize: false, strict: true } as const;

/** Returns `unknown`: Mongoose would infer a type from the fields, but the stored type is the right one. */
const schemaOf = (fields: object, more: SchemaOptions = {}): unknown => new Schema(fields, { ...options, ...more });

export const createPart = <Value>(fields: Fields<Value>): Part<Value> =>
  schemaOf(fields, { _id: false }) as Part<Value>;

type Index = IndexOptions & { readonly name: string; readonly key: IndexDefinition };

/** One collection: its name, its fields and every index beyond `_id`. */
export type Collection<Stored> = { readonly name: string; readonly schema: Schema<Stored> };

export function createCollection<Stored extends { readonly _id: string }>(
  name: string,
  fields: Fields<Stored>,
  indexes: readonly Index[] = [],
): Collection<Stored> {
  const schema = schemaOf(fields) as Schema<Stored>;
  for (const { key, ...index } of indexes) schema.index(key, index);
  return { name, schema };
}

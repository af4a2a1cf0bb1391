import * as v from "valibot";

/**
 * The room of shapes: what the schemas of values from elsewhere (messages, kept files, settings) have in common, beside what
 * Valibot has. A schema stands where its type does, and the type is made of it.
 */

/** What a schema lets pass. */
export type Shape<Schema extends v.GenericSchema> = Unchanged<v.InferOutput<Schema>>;

type Unchanged<Value> = Value extends object
  ? { readonly [Name in keyof Value]: Unchanged<Value[Name]> }
  : Value;

/** Finite numbers. */
export const number = v.custom<number>(Number.isFinite);

export const numberOrNull = v.nullable(number);

/** Whole numbers from 0 that are exact. */
export const count = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);

/** Lists of finite numbers, which may be long: no schema runs for each. */
export const numbers = v.custom<number[]>((value) => Array.isArray(value) && value.every(Number.isFinite));

/** Long lists of finite numbers of which some are not known. */
export const numbersOrNull = v.custom<(number | null)[]>(
  (value) => Array.isArray(value) && value.every((one: unknown) => one === null || Number.isFinite(one)),
);

/** Texts of at most so many characters. */
// @__NO_SIDE_EFFECTS__
export function textUpTo(most: number) {
  return v.custom<string>((value) => typeof value === "string" && value.length <= most);
}

/** Lists of at most so many items. */
// @__NO_SIDE_EFFECTS__
export function listUpTo<Schema extends v.GenericSchema>(item: Schema, most: number) {
  const list = v.array(item);
  return v.custom<v.InferOutput<typeof list>>(
    (value) => Array.isArray(value) && value.length <= most && v.is(list, value),
  );
}

/** Objects with such fields, for what comes in hundreds of thousands: they are judged where they stand, not copied. */
// @__NO_SIDE_EFFECTS__
export function manyOf<Entries extends v.ObjectEntries>(entries: Entries) {
  const fields = Object.entries(entries);
  return v.custom<v.InferOutput<v.ObjectSchema<Entries, undefined>>>(
    (value) => isFields(value) && fields.every(([name, schema]) => v.is(schema, value[name])),
  );
}

/** A field that may be missing; one that is `undefined` is missing, too. */
// @__NO_SIDE_EFFECTS__
export function maybe<Schema extends v.GenericSchema>(schema: Schema) {
  return v.optional(schema) as unknown as v.ExactOptionalSchema<Schema, undefined>;
}

/** Whether a value has fields: it is an object, and neither null nor a list. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

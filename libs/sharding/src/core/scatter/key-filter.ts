import { FindOperator } from 'typeorm';

/**
 * The shard keys that a condition lets through, if it names them: by value, `Equal()` or `In()`, in every alternative.
 * `undefined` if rows of any key may match.
 */
export function keysFixedBy(where: unknown, keyProperty: string): readonly unknown[] | undefined {
  const keys: unknown[] = [];
  for (const alternative of alternativesOf(where)) {
    const fixed = keysOf(alternative, keyProperty);
    if (fixed === undefined) return undefined;
    keys.push(...fixed);
  }
  return keys.length === 0 ? undefined : keys;
}

/** The conditions of which one has to hold. */
export function alternativesOf(where: unknown): readonly object[] {
  const alternatives: readonly unknown[] = Array.isArray(where) ? where : [where];
  return alternatives.filter((alternative) => typeof alternative === 'object' && alternative !== null);
}

function keysOf(condition: object, keyProperty: string): readonly unknown[] | undefined {
  const value: unknown = Reflect.get(condition, keyProperty);
  if (!(value instanceof FindOperator)) return value === undefined || value === null ? undefined : [value];
  const operand: unknown = value.value;
  if (value.type === 'equal') return [operand];
  return value.type === 'in' && Array.isArray(operand) && operand.length > 0 ? operand : undefined;
}

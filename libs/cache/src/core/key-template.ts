import { createHash } from 'node:crypto';
import { EnvolError } from '@envol/common';
import { isTooLong } from './cache-key.js';

const PLACEHOLDER = /\{([^{}]*)\}/g;
const REFERENCE = /^(\d+)((?:\.[A-Za-z_$][\w$]*)*)$/;

/**
 * Turns a template such as `'city:{0}'` or `'user:{0.id}:{1}'` into a function of the arguments. Values are escaped,
 * so that two different lists of arguments never give one key; keys over 200 bytes end in a SHA-256 instead. A whole
 * number and its decimal text are the same by design (`42` and `'42'`).
 *
 * @throws EnvolError `ENVOL_CACHE_INVALID_KEY_TEMPLATE` at once for a template that cannot be read, and at the call for
 * a property that is not there, or a value that is not a text, number, bigint, boolean, Date, `null` or `undefined`
 */
export function compileKeyTemplate(template: string): (...args: readonly unknown[]) => string {
  const references = [...template.matchAll(PLACEHOLDER)].map((match) => parseReference(match[1] ?? '', template));
  const literals = template.split(PLACEHOLDER).filter((_, index) => index % 2 === 0);
  if (template === '' || literals.some((text) => /[{}]/.test(text))) {
    throw invalid(template, 'has a brace without its partner, or is empty');
  }
  return (...args) => {
    let key = literals[0] ?? '';
    for (const [index, reference] of references.entries()) {
      key += escapeValue(reference(args), template) + (literals[index + 1] ?? '');
    }
    return isTooLong(key) ? shorten(key) : key;
  };
}

function parseReference(reference: string, template: string): (args: readonly unknown[]) => unknown {
  const [, position, path = ''] = REFERENCE.exec(reference) ?? [];
  if (position === undefined) throw invalid(template, `has {${reference}}, which names no argument`);
  const names = path.split('.').slice(1);
  return (args) => names.reduce((value: unknown, name) => property(value, name, template), args[Number(position)]);
}

/** Also of a getter in a class. What is not there is refused: to take it for undefined would give all callers one key. */
function property(value: unknown, name: string, template: string): unknown {
  if (typeof value === 'object' && value !== null && name in value && !(name in Object.prototype)) {
    return Reflect.get(value, name);
  }
  throw invalid(template, `met a value without a property "${name}"`);
}

/** `~` is escaped in texts, so it can mark what is no text. */
function escapeValue(value: unknown, template: string): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'bigint' || Number.isFinite(value)) return String(value);
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'number')
    return `~${value}`;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return `~${escapeText(value.toISOString())}`;
  throw invalid(template, `met ${typeof value === 'object' ? 'an object' : `a ${typeof value}`} as a value`);
}

/**
 * Leaves letters, digits, `_`, `.`, `-` and what is not ASCII; the rest (`:`, globs, braces, spaces) becomes `%XX`. So
 * does half of a surrogate pair, since all of these are the same in UTF-8.
 */
function escapeText(text: string): string {
  return text.replaceAll(/[^\w.\u{80}-\u{10ffff}-]|\p{Surrogate}/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `%${code.padStart(2, '0')}`;
  });
}

function shorten(key: string): string {
  return `${key.slice(0, 50)}~${createHash('sha256').update(key).digest('base64url')}`;
}

function invalid(template: string, problem: string): EnvolError {
  return new EnvolError(
    'ENVOL_CACHE_INVALID_KEY_TEMPLATE',
    `The key template "${template}" ${problem}`,
    `Name arguments by position: 'city:{0}', or a property of one: 'city:{0.id}'. For anything else pass a function: (id) => \`city:\${id}\`.`,
  );
}

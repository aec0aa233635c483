import { z } from 'zod';
import type { AddressRules } from './address-rules.js';
import { isHost } from './host.js';
import { cleanedText, plainText, withoutControls } from './plain-text.js';

/** What the checks of a registry say of an instance. */
export type Health = 'passing' | 'warning' | 'critical';

/** One running copy of a service. */
export interface ServiceInstance {
  /** Its name in the registry. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Its share of the calls compared with others, more than zero. */
  readonly weight: number;
  readonly tags: readonly string[];
  readonly version?: string;
  readonly zone?: string;
  readonly meta: Readonly<Record<string, string>>;
  /** A `critical` one is not listed, unless it is held. */
  readonly health: Health;
}

/** An instance that is left out, and why. Neither text has control characters in it. */
export interface RefusedInstance {
  readonly id: string;
  readonly reason: string;
}

/** Longest text in what a registry says of an instance, and how many of them: the bounds that Consul has for meta. */
export const MAX_TEXT = 512;
const MAX_KEY = 128;
export const MAX_PAIRS = 64;

export const hostSchema = z.string().refine(isHost, 'expected an IP address or a host name');
export const portSchema = z.int().min(1).max(65_535);
export const tagsSchema = tagsOf(plainText(MAX_TEXT));
export const metaSchema = metaOf(plainText(MAX_TEXT));

/**
 * What comes from a registry is untrusted: anyone who may register writes it. An id with control characters is refused:
 * without them it could be that of another instance. Of what only describes the instance they are dropped.
 */
const reportSchema = z.object({
  id: plainText(MAX_TEXT).min(1),
  host: hostSchema,
  port: portSchema,
  weight: z.number().min(0).max(65_535),
  tags: tagsOf(cleanedText(MAX_TEXT)),
  version: cleanedText(MAX_TEXT).optional(),
  zone: cleanedText(MAX_TEXT).optional(),
  meta: metaOf(cleanedText(MAX_TEXT)),
  health: z.enum(['passing', 'warning', 'critical']),
});

/** An instance as a registry reports it: the same fields as {@link ServiceInstance}, where a weight of 0 means no calls. */
export type ReportedInstance = z.input<typeof reportSchema>;

/** Reads what a registry reports of one instance; whatever is wrong with it becomes the reason to leave it out. */
export function readInstance(report: unknown, rules: AddressRules): ServiceInstance | RefusedInstance {
  const result = reportSchema.safeParse(report);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'instance'}: ${message}`);
    return refusal(report, withoutControls(problems.slice(0, 3).join('; ')));
  }
  const { version, zone, tags, meta, ...rest } = result.data;
  const reason = rules(rest);
  if (reason !== undefined) return { id: rest.id, reason: `${rest.host}: ${reason}` };
  return Object.freeze({
    ...rest,
    tags: Object.freeze(tags),
    ...(version !== undefined && { version }),
    ...(zone !== undefined && { zone }),
    meta: Object.freeze(sorted(meta)),
  });
}

/** The refusal of what a registry reports, whatever it is. */
export function refusal(report: unknown, reason: string): RefusedInstance {
  return { id: idOf(report), reason };
}

export function isRefused(read: ServiceInstance | RefusedInstance): read is RefusedInstance {
  return 'reason' in read;
}

/** Whether two readings of an instance say the same. Both come from {@link readInstance}, so their keys have one order. */
export function isSameInstance(one: ServiceInstance, other: ServiceInstance): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sorted(meta: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(meta).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function idOf(report: unknown): string {
  const id: unknown = typeof report === 'object' && report !== null && 'id' in report ? report.id : undefined;
  return typeof id === 'string' ? withoutControls(id.slice(0, MAX_TEXT)) : '(unnamed)';
}

function tagsOf<Text extends z.ZodType<string, string>>(text: Text) {
  return z.array(text).max(MAX_PAIRS);
}

function metaOf<Text extends z.ZodType<string, string>>(text: Text) {
  return z
    .record(plainText(MAX_KEY), text)
    .refine((meta) => Object.keys(meta).length <= MAX_PAIRS, `expected at most ${MAX_PAIRS} pairs`);
}

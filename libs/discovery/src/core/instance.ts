import { z } from 'zod';
import type { AddressRules } from './address-rules.js';
import { isHost } from './host.js';

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

/** An instance that is left out, and why. */
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
export const tagsSchema = z.array(z.string().max(MAX_TEXT)).max(MAX_PAIRS);
export const metaSchema = z
  .record(z.string().max(MAX_KEY), z.string().max(MAX_TEXT))
  .refine((meta) => Object.keys(meta).length <= MAX_PAIRS, `expected at most ${MAX_PAIRS} pairs`);

/** What comes from a registry is untrusted: anyone who may register writes it. */
const reportSchema = z.object({
  id: z.string().min(1).max(MAX_TEXT),
  host: hostSchema,
  port: portSchema,
  weight: z.number().min(0).max(65_535),
  tags: tagsSchema,
  version: z.string().max(MAX_TEXT).optional(),
  zone: z.string().max(MAX_TEXT).optional(),
  meta: metaSchema,
  health: z.enum(['passing', 'warning', 'critical']),
});

/** An instance as a registry reports it: the same fields as {@link ServiceInstance}, where a weight of 0 means no calls. */
export type ReportedInstance = z.input<typeof reportSchema>;

/** Reads what a registry reports of one instance; whatever is wrong with it becomes the reason to leave it out. */
export function readInstance(report: unknown, rules: AddressRules): ServiceInstance | RefusedInstance {
  const result = reportSchema.safeParse(report);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'instance'}: ${message}`);
    return { id: idOf(report), reason: problems.slice(0, 3).join('; ') };
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
  return typeof id === 'string' ? id.slice(0, MAX_TEXT) : '(unnamed)';
}

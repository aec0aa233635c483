import { duration, optionsObject, resolveOptions, type Duration } from '@envol/common';
import { z } from 'zod';
import { slots } from './slots.js';
import type { ShardStrategy } from './strategy.js';

/** A shard on PostgreSQL 13 or newer. Needs the package `pg`. */
export interface PostgresShardOptions {
  /** Names the shard in errors, metrics and slot maps: letters, digits, `_` and `-`, beginning with a letter. */
  readonly name: string;
  readonly type: 'postgres';
  /** `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** Connections of this process to the shard at most. Default 10. */
  readonly poolSize?: number;
}

/** A shard on SQLite inside the process. Needs the package `sql.js`. For tests and small tools. */
export interface SqljsShardOptions {
  /** Names the shard, as for PostgreSQL. */
  readonly name: string;
  readonly type: 'sqljs';
  /** File the database is loaded from and saved to after each write. Default: memory only. */
  readonly location?: string;
}

/** One database. */
export type ShardOptions = PostgresShardOptions | SqljsShardOptions;

/** Options of `ShardingModule`. */
export interface ShardingModuleOptions {
  /** The databases, in order of addition; all of one type. */
  readonly shards: readonly ShardOptions[];
  /** Which shard a key belongs to. Default `slots()`: 16384 slots in equal runs. */
  readonly strategy?: ShardStrategy;
  /** Create and alter tables at connect, as TypeORM's option of that name. For tests and development. Default `false`. */
  readonly synchronize?: boolean;
  /** How long to wait for a connection: a new one, or a free one of the pool. Default `'750ms'`. */
  readonly connectTimeout?: Duration;
  /**
   * How long a statement may take. The server is told to cancel it a tenth earlier (`statement_timeout`), so that a
   * slow statement can be told from a dead server. Default `'2s'`.
   */
  readonly queryTimeout?: Duration;
  /** How often a shard that is away is looked for; the first attempts after a failed start are spread by up to half. Default `'1s'`. */
  readonly reconnectEvery?: Duration;
  /** So many failures in a row make a shard known to be away: it is not asked any more until it answers a probe. Default 3. */
  readonly breakerFailures?: number;
}

const shardName = z.string().regex(/^[a-z][\w-]*$/i, 'expected letters, digits, "_" and "-", beginning with a letter');

const postgresShardSchema = optionsObject({
  name: shardName,
  type: z.literal('postgres'),
  url: z.string().refine(isPostgresUrl, 'expected postgres://user:password@host:port/database'),
  poolSize: z.number().int().min(1).default(10),
});

const sqljsShardSchema = optionsObject({
  name: shardName,
  type: z.literal('sqljs'),
  location: z.string().min(1).optional(),
});

const strategySchema = z.custom<ShardStrategy>(
  (value) => typeof value === 'object' && value !== null && 'bind' in value,
  'expected slots(), slots(map) or mod()',
);

/** The shape of {@link ShardingModuleOptions}. */
const shardingOptionsSchema = optionsObject({
  shards: z
    .array(z.discriminatedUnion('type', [postgresShardSchema, sqljsShardSchema]))
    .min(1, 'expected one shard at least')
    .superRefine((shards, context) => {
      const names = shards.map(({ name }) => name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) context.addIssue({ code: 'custom', message: `"${twice}" is the name of two shards` });
      if (new Set(shards.map(({ type }) => type)).size > 1) {
        context.addIssue({
          code: 'custom',
          message: 'all shards must be of one type, or they would sort and compare differently',
        });
      }
    }),
  strategy: strategySchema.default(() => slots()),
  synchronize: z.boolean().default(false),
  connectTimeout: duration(1).default(750),
  queryTimeout: duration(1).default(2_000),
  reconnectEvery: duration(1).default(1_000),
  breakerFailures: z.number().int().min(1).default(3),
});

/** Options with defaults filled in; durations in milliseconds. */
export type ResolvedShardingOptions = z.output<typeof shardingOptionsSchema>;

/** One shard of {@link ResolvedShardingOptions}. */
export type ResolvedShardOptions = ResolvedShardingOptions['shards'][number];

/**
 * Checks the options, fills in the defaults and binds nothing yet.
 *
 * @throws EnvolError `ENVOL_SHARDING_INVALID_OPTIONS` that lists every field that is wrong; never with a password.
 */
export function resolveShardingOptions(raw: unknown): ResolvedShardingOptions {
  return resolveOptions({ lib: 'sharding', what: 'ShardingModule options' }, shardingOptionsSchema, raw);
}

/** Where a shard is, without user and password: `host:port/database`, or the file. */
export function addressOf(shard: ResolvedShardOptions): string {
  if (shard.type === 'sqljs') return shard.location ?? 'memory';
  const url = new URL(shard.url);
  return `${url.hostname}:${url.port || '5432'}${url.pathname}`;
}

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
}

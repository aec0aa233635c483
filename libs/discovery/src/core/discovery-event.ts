import type { RefusedInstance } from './instance.js';

/** What happened, for logs. */
export type DiscoveryEvent =
  | { readonly type: 'watch-failed'; readonly service: string; readonly cause: unknown }
  | { readonly type: 'watch-recovered'; readonly service: string }
  | { readonly type: 'held' | 'let-go'; readonly service: string; readonly instances: number }
  | {
      readonly type: 'refused';
      readonly service: string;
      /** How many instances of one answer are left out that were not before, and the first few of them. */
      readonly instances: number;
      readonly examples: readonly RefusedInstance[];
    }
  | { readonly type: 'listener-failed'; readonly service: string; readonly cause: unknown }
  | { readonly type: 'registered' | 'forgotten' | 'deregistered'; readonly id: string; readonly address: string }
  | {
      readonly type: 'register-failed' | 'renew-failed' | 'deregister-failed';
      readonly id: string;
      readonly cause: unknown;
    };

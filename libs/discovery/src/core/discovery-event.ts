/** What happened, for logs. */
export type DiscoveryEvent =
  | { readonly type: 'watch-failed'; readonly service: string; readonly cause: unknown }
  | { readonly type: 'watch-recovered'; readonly service: string }
  | { readonly type: 'held' | 'let-go'; readonly service: string; readonly instances: number }
  | { readonly type: 'refused'; readonly service: string; readonly id: string; readonly reason: string }
  | { readonly type: 'listener-failed'; readonly service: string; readonly cause: unknown }
  | { readonly type: 'registered' | 'forgotten' | 'deregistered'; readonly id: string; readonly address: string }
  | {
      readonly type: 'register-failed' | 'renew-failed' | 'deregister-failed';
      readonly id: string;
      readonly cause: unknown;
    };

import type { AsyncResource } from 'node:async_hooks';
import { withTimeout, type Clock, type MetricsSink } from '@envol/common';
import type { AddressRules } from './address-rules.js';
import type { ServiceDescription } from './description.js';
import { closed, reasonOf, registryUnavailable } from './discovery-errors.js';
import type { DiscoveryEvent } from './discovery-event.js';
import { InstanceList } from './instance-list.js';
import { isRefused, readInstance, refusal, type RefusedInstance, type ServiceInstance } from './instance.js';
import type { Watchable } from './instance-watch.js';
import type { Registry } from './registry.js';
import { ServiceMetrics } from './service-metrics.js';

/** What a {@link WatchedService} needs. */
export interface WatchedServiceParts {
  readonly registry: Registry;
  readonly rules: AddressRules;
  readonly clock: Clock;
  readonly metrics: MetricsSink;
  readonly onEvent: (event: DiscoveryEvent) => void;
  /** Where the watch and its listeners run: a request that starts the watch ends long before it. */
  readonly scope: AsyncResource;
}

/** No service has that many; whoever reports more would have us keep, sort and compare them. */
const MAX_INSTANCES = 5_000;
/** So many of the instances refused are named in an event. */
const MAX_EXAMPLES = 3;

/** A service whose list is kept up to date. */
export class WatchedService implements Watchable {
  readonly #name: string;
  readonly #parts: WatchedServiceParts;
  readonly #list: InstanceList;
  readonly #metrics: ServiceMetrics;
  readonly #listeners = new Set<() => unknown>();
  readonly #waiting = new Map<symbol, (error?: Error) => void>();
  readonly #startedAt: number;
  readonly #stop: () => void;
  #isClosed = false;
  #reported: readonly ServiceInstance[] = [];
  #refused = new Map<string, string>();
  /** In milliseconds of the monotonic clock, and since the epoch. */
  #answered: { readonly tick: number; readonly at: number } | undefined;
  #failing: { readonly since: number; readonly cause: unknown } | undefined;

  /** Starts the watch. */
  constructor(name: string, parts: WatchedServiceParts) {
    const { registry, clock, metrics, scope } = parts;
    this.#name = name;
    this.#parts = parts;
    this.#startedAt = clock.monotonic();
    this.#list = new InstanceList({
      holdFor: registry.holdEmptyFor,
      clock,
      onChange: () => this.#notify(),
      onHold: (held, instances) => this.#holdChanged(held, instances),
    });
    this.#metrics = new ServiceMetrics(metrics, name, {
      instances: () => this.#list.current.length,
      held: () => this.#list.held.length,
      answerAge: () => (clock.monotonic() - (this.#answered?.tick ?? this.#startedAt)) / 1_000,
    });
    const observer = {
      answered: (instances: readonly unknown[]) => scope.runInAsyncScope(() => this.#answer(instances)),
      failed: (error: unknown) => scope.runInAsyncScope(() => this.#fail(error)),
    };
    this.#stop = scope.runInAsyncScope(() => registry.watch(name, observer));
  }

  /** Whether the registry has answered at least once. */
  get isKnown(): boolean {
    return this.#answered !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Who may be called; empty while nothing is known. Another array after every change, and only then. */
  get current(): readonly ServiceInstance[] {
    return this.#list.current;
  }

  /** Calls `listener` after the first answer, after every change of the list and at the end; the function returned ends that. */
  subscribe(listener: () => unknown): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Resolves when the registry has answered at least once.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_REGISTRY_UNAVAILABLE` when it cannot be read, or says nothing for `timeout`
   * milliseconds; `ENVOL_DISCOVERY_CLOSED` when the watch has ended
   */
  async whenKnown(timeout: number): Promise<void> {
    if (this.isKnown) return;
    if (this.#isClosed) throw closed('discover()');
    if (this.#failing !== undefined) throw registryUnavailable(this.#name, this.#failing.cause);
    const waiter = Symbol('waiter');
    const outcome = new Promise<void>((resolve, reject) => {
      this.#waiting.set(waiter, (error) => (error === undefined ? resolve() : reject(error)));
    });
    const tooSlow = (): Error => registryUnavailable(this.#name, new Error(`no answer within ${timeout} ms`));
    try {
      await withTimeout(outcome, timeout, this.#parts.clock, tooSlow);
    } finally {
      this.#waiting.delete(waiter);
    }
  }

  describe(): ServiceDescription {
    const { current, held, heldSince } = this.#list;
    const isHeld = (instance: ServiceInstance): boolean => held.some(({ id }) => id === instance.id);
    const unlisted = this.#reported.filter((instance) => !current.some(({ id }) => id === instance.id));
    return {
      name: this.#name,
      state: this.#state(),
      instances: [
        ...current.map((instance) => ({ ...instance, listed: true, held: isHeld(instance) })),
        ...unlisted.map((instance) => ({ ...instance, listed: false, held: false })),
      ],
      ...(this.#answered && {
        answeredAt: this.#answered.at,
        answerAge: this.#parts.clock.monotonic() - this.#answered.tick,
      }),
      ...(this.#failing && { failingSince: this.#failing.since, failure: reasonOf(this.#failing.cause) }),
      ...(heldSince !== undefined && { heldSince }),
    };
  }

  /** Ends the watch. The list stays as it is. */
  close(): void {
    this.#stop();
    this.#list.close();
    this.#isClosed = true;
    this.#notify();
    this.#listeners.clear();
    this.#endWaiting(registryUnavailable(this.#name, new Error('the watch was closed')));
  }

  #state(): ServiceDescription['state'] {
    if (!this.isKnown) return 'unknown';
    if (this.#failing !== undefined) return 'stale';
    return this.#list.held.length > 0 ? 'held' : 'current';
  }

  #answer(reports: readonly unknown[]): void {
    const { clock, onEvent } = this.#parts;
    const isFirst = !this.isKnown;
    this.#answered = { tick: clock.monotonic(), at: clock.now() };
    if (this.#failing !== undefined) onEvent({ type: 'watch-recovered', service: this.#name });
    this.#failing = undefined;
    const read = this.#read(reports);
    this.#noteRefused(read.filter((instance) => isRefused(instance)));
    const valid = read.filter((instance): instance is ServiceInstance => !isRefused(instance));
    this.#reported = [...new Map(valid.map((instance) => [instance.id, instance])).values()];
    const before = this.#list.current;
    this.#list.update(this.#reported);
    this.#endWaiting();
    if (isFirst && this.#list.current === before) this.#notify();
  }

  #read(reports: readonly unknown[]): Array<ServiceInstance | RefusedInstance> {
    const tooMany = `a service has ${MAX_INSTANCES} instances at most`;
    return reports.map((report, place) =>
      place < MAX_INSTANCES ? readInstance(report, this.#parts.rules) : refusal(report, tooMany),
    );
  }

  #fail(cause: unknown): void {
    const { clock, onEvent } = this.#parts;
    this.#metrics.errors.add();
    const isNews = this.#failing === undefined || reasonOf(this.#failing.cause) !== reasonOf(cause);
    this.#failing = { since: this.#failing?.since ?? clock.now(), cause };
    this.#list.registryFailed();
    if (isNews) onEvent({ type: 'watch-failed', service: this.#name, cause });
    this.#endWaiting(registryUnavailable(this.#name, cause));
  }

  #endWaiting(error?: Error): void {
    for (const end of this.#waiting.values()) end(error);
    this.#waiting.clear();
  }

  /** An instance counts as refused once, not with every answer that still has it. */
  #noteRefused(refused: readonly RefusedInstance[]): void {
    const now = new Map(refused.map(({ id, reason }) => [id, reason]));
    const news = [...now].filter(([id, reason]) => this.#refused.get(id) !== reason);
    this.#refused = now;
    if (news.length === 0) return;
    this.#metrics.refused.add(news.length);
    const examples = news.slice(0, MAX_EXAMPLES).map(([id, reason]) => ({ id, reason }));
    this.#parts.onEvent({ type: 'refused', service: this.#name, instances: news.length, examples });
  }

  #holdChanged(held: boolean, instances: number): void {
    if (held) this.#metrics.holds.add();
    this.#parts.onEvent({ type: held ? 'held' : 'let-go', service: this.#name, instances });
  }

  #notify(): void {
    for (const listener of this.#listeners) void this.#tell(listener);
  }

  /** A listener is somebody else's code, and may be asynchronous: whether it throws or rejects, it harms only itself. */
  async #tell(listener: () => unknown): Promise<void> {
    try {
      await listener();
    } catch (cause) {
      this.#parts.onEvent({ type: 'listener-failed', service: this.#name, cause });
    }
  }
}

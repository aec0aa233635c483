import type { AsyncResource } from 'node:async_hooks';
import { withTimeout, type Clock, type Random } from '@envol/common';
import { BackOff } from './back-off.js';
import type { RegistrationDescription, RegistrationState } from './description.js';
import { deregisterFailed, reasonOf } from './discovery-errors.js';
import type { DiscoveryEvent } from './discovery-event.js';
import { addressOf } from './host.js';
import { Pause } from './pause.js';
import type { RegistrationMetrics } from './registration-metrics.js';
import type { RegistrationRecord } from './registration-options.js';
import type { Registry } from './registry.js';

/** What a {@link KeptRegistration} needs. */
export interface RegistrationParts {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: RegistrationMetrics;
  readonly onEvent: (event: DiscoveryEvent) => void;
  /** Longest wait for the deregistration, in milliseconds. */
  readonly timeout: number;
  /** Where the registry is called, and not in the context of a request. */
  readonly scope: AsyncResource;
}

/** An instance that this process has registered. */
export interface Registration {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly state: RegistrationState;
  /**
   * Takes it back. Calling it again is harmless, and after a failure it tries again.
   *
   * @throws EnvolError `ENVOL_DISCOVERY_DEREGISTER_FAILED`
   */
  deregister(): Promise<void>;
}

/**
 * A registration that stays: it is renewed as often as the registry wants, and made again when the registry has lost it
 * (an agent that restarted without its data).
 */
export class KeptRegistration implements Registration {
  readonly #record: RegistrationRecord;
  readonly #parts: RegistrationParts;
  readonly #turn: Promise<void>;
  readonly #onGone: () => void;
  readonly #pause: Pause;
  readonly #backOff: BackOff;
  #state: RegistrationState = 'registering';
  #since: number;
  #failure: string | undefined;
  /** The last step under way or done; it never rejects. */
  #step: Promise<unknown> = Promise.resolve();
  #deregistered: Promise<void> | undefined;

  /**
   * @param turn resolves when it may register, and rejects when it may not any more
   * @param onGone called when it is deregistered
   */
  constructor(record: RegistrationRecord, parts: RegistrationParts, turn: Promise<void>, onGone: () => void) {
    this.#record = record;
    this.#parts = parts;
    this.#turn = turn;
    this.#onGone = onGone;
    this.#pause = new Pause(parts.clock);
    this.#backOff = new BackOff(parts.random);
    this.#since = parts.clock.now();
  }

  get id(): string {
    return this.#record.id;
  }

  get name(): string {
    return this.#record.name;
  }

  get host(): string {
    return this.#record.host;
  }

  get port(): number {
    return this.#record.port;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  /** Registers, and keeps it so from then on, also when this first attempt fails: it rejects with its error then. */
  async start(): Promise<void> {
    const first = this.#turn.then(() => this.#attempt());
    this.#step = first.catch(() => undefined);
    void this.#keep();
    await first;
  }

  deregister(): Promise<void> {
    this.#deregistered ??= this.#parts.scope.runInAsyncScope(() => this.#deregister());
    return this.#deregistered;
  }

  /** Ends without deregistering, for another one under the same id that takes its place. */
  async handOver(): Promise<void> {
    this.#pause.end();
    this.#deregistered = Promise.resolve();
    this.#onGone();
    await this.#step;
  }

  describe(): RegistrationDescription {
    const { id, name, host, port } = this.#record;
    const failure = this.#failure === undefined ? {} : { failure: this.#failure };
    return { name, state: this.#state, since: this.#since, id, host, port, ...failure };
  }

  async #keep(): Promise<void> {
    for (;;) {
      await this.#step;
      const wait = this.#failure === undefined ? this.#parts.registry.renewEvery(this.#record) : this.#backOff.next();
      if (wait === undefined) return;
      await this.#pause.wait(wait);
      if (this.#pause.isEnded) return;
      this.#step = this.#attempt().catch(() => undefined);
    }
  }

  /** Registers when it is not registered as far as we know, otherwise renews, and registers again when that says so. */
  async #attempt(): Promise<void> {
    const isRenewal = this.#state === 'registered' || this.#state === 'unconfirmed';
    try {
      if (isRenewal && (await this.#parts.registry.renew(this.#record))) return this.#succeeded();
      if (isRenewal) this.#forgotten();
      await this.#parts.registry.register(this.#record);
      this.#succeeded();
    } catch (cause) {
      this.#failed(cause);
      throw cause;
    }
  }

  #succeeded(): void {
    this.#backOff.reset();
    this.#failure = undefined;
    if (this.#state === 'registered') return;
    this.#enter('registered');
    this.#parts.onEvent({ type: 'registered', id: this.id, address: addressOf(this) });
  }

  #forgotten(): void {
    this.#parts.metrics.forgotten.add();
    this.#enter('registering');
    this.#parts.onEvent({ type: 'forgotten', id: this.id, address: addressOf(this) });
  }

  #failed(cause: unknown): void {
    const isNews = this.#failure !== reasonOf(cause);
    const type = this.#state === 'registering' ? 'register' : 'renew';
    this.#parts.metrics.errors[type].add();
    this.#failure = reasonOf(cause);
    if (this.#state === 'registered') this.#enter('unconfirmed');
    if (isNews) this.#parts.onEvent({ type: `${type}-failed`, id: this.id, cause });
  }

  #enter(state: RegistrationState): void {
    this.#state = state;
    this.#since = this.#parts.clock.now();
  }

  async #deregister(): Promise<void> {
    const { registry, clock, metrics, onEvent, timeout } = this.#parts;
    this.#pause.end();
    // After the attempt under way: a registration must not overtake the deregistration.
    const work = this.#step.then(() => registry.deregister(this.#record));
    try {
      await withTimeout(work, timeout, clock, () => new Error(`no answer within ${timeout} ms`));
      this.#onGone();
      onEvent({ type: 'deregistered', id: this.id, address: addressOf(this) });
    } catch (cause) {
      this.#deregistered = undefined;
      this.#failure = reasonOf(cause);
      metrics.errors.deregister.add();
      onEvent({ type: 'deregister-failed', id: this.id, cause });
      throw deregisterFailed(this.id, cause);
    }
  }
}

import { isEnvolError, type MetricsSink } from '@envol/common';
import type { RegistrationDescription, RegistrationState } from './description.js';
import { closed, nothingToAnnounce, registerFailed } from './discovery-errors.js';
import type { ResolvedDiscoveryOptions } from './discovery-options.js';
import { callableHost } from './own-address.js';
import { RegistrationMetrics } from './registration-metrics.js';
import { resolveRegistration, type RegistrationRecord } from './registration-options.js';
import { KeptRegistration, type Registration, type RegistrationParts } from './registration.js';

/** Where a server listens. */
export interface ListenAddress {
  /** Default: that of the `register` option, else the first address of this machine that is not internal. */
  readonly host?: string;
  /** Default: that of the `register` option. */
  readonly port?: number;
}

/** What {@link Registrations} needs. */
export interface RegistrationsParts extends Omit<RegistrationParts, 'metrics'> {
  readonly metrics: MetricsSink;
  /** The `register` option. */
  readonly self: ResolvedDiscoveryOptions['register'];
  /** Resolves when this process should get traffic, rejects when it never will. */
  readonly whenReady: () => Promise<void>;
}

/** Everything that this process has registered. */
export class Registrations {
  readonly #parts: RegistrationsParts;
  readonly #metrics: RegistrationMetrics;
  readonly #kept = new Set<KeptRegistration>();
  readonly #waitingSince: number;
  #announced: Promise<Registration> | undefined;
  #isAnnounced = false;
  #withdrawn: Promise<void> | undefined;
  #stopWaiting: () => void = () => undefined;

  constructor(parts: RegistrationsParts) {
    this.#parts = parts;
    this.#waitingSince = parts.clock.now();
    this.#metrics = new RegistrationMetrics(parts.metrics, (state) => this.#count(state));
  }

  /** Registers; when that fails, nothing is left behind. */
  async add(raw: unknown): Promise<Registration> {
    const record = resolveRegistration(raw);
    if (this.#withdrawn !== undefined) throw closed('register()');
    const kept = this.#keep(record, 'register()');
    try {
      await kept.start();
      return kept;
    } catch (cause) {
      await kept.deregister().catch(() => undefined);
      this.#kept.delete(kept);
      throw isClosed(cause) ? cause : registerFailed(record.id, cause);
    }
  }

  /** Registers this process, once; resolves after the first attempt, and goes on trying if that failed. */
  announce(address: ListenAddress): Promise<Registration> {
    this.#announced ??= this.#announce(address).catch((error: unknown) => {
      this.#announced = undefined;
      throw error;
    });
    return this.#announced;
  }

  /** Takes everything back, once. Never rejects: what fails is in the events. */
  withdraw(): Promise<void> {
    this.#withdrawn ??= this.#withdraw();
    return this.#withdrawn;
  }

  describe(): RegistrationDescription[] {
    const kept = [...this.#kept].map((registration) => registration.describe());
    const { self } = this.#parts;
    if (self === undefined || this.#isAnnounced || this.#withdrawn !== undefined) return kept;
    return [{ name: self.name, state: 'waiting', since: this.#waitingSince }, ...kept];
  }

  async #announce(address: ListenAddress): Promise<Registration> {
    const { self } = this.#parts;
    if (self === undefined) throw nothingToAnnounce('the module has no `register` option');
    const port = address.port ?? self.port;
    if (port === undefined) throw nothingToAnnounce('the port is not known');
    const record = resolveRegistration({ ...self, host: callableHost(address.host ?? self.host), port });
    if (!(await this.#becomesReady()) || this.#withdrawn !== undefined) throw closed('announce()');
    this.#isAnnounced = true;
    const kept = this.#keep(record, 'announce()');
    await kept.start().catch((cause: unknown) => {
      if (isClosed(cause)) throw cause;
    });
    return kept;
  }

  /** Waits until this process is ready; false when it leaves before. */
  async #becomesReady(): Promise<boolean> {
    if (this.#withdrawn !== undefined) return false;
    const left = new Promise<boolean>((resolve) => (this.#stopWaiting = () => resolve(false)));
    const ready = this.#parts.whenReady().then(
      () => true,
      () => false,
    );
    return Promise.race([left, ready]);
  }

  /** To be started at once: one under the same id that comes later waits for its first attempt. */
  #keep(record: RegistrationRecord, what: string): KeptRegistration {
    const parts = { ...this.#parts, metrics: this.#metrics };
    const before = [...this.#kept].find(({ id }) => id === record.id);
    const kept = new KeptRegistration(record, parts, this.#takeOver(before, what), () => this.#kept.delete(kept));
    this.#kept.add(kept);
    return kept;
  }

  /**
   * One that this process has under the same id already hands over: in the registry they are one entry. That takes time,
   * in which this process may leave.
   */
  async #takeOver(before: KeptRegistration | undefined, what: string): Promise<void> {
    await before?.handOver();
    if (this.#withdrawn !== undefined) throw closed(what);
  }

  async #withdraw(): Promise<void> {
    this.#stopWaiting();
    await Promise.allSettled([...this.#kept].map((kept) => kept.deregister()));
  }

  #count(state: RegistrationState): number {
    return this.describe().filter((registration) => registration.state === state).length;
  }
}

function isClosed(error: unknown): boolean {
  return isEnvolError(error, 'ENVOL_DISCOVERY_CLOSED');
}

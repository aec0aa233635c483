import type { Clock, Timer } from '@envol/common';
import { addressOf } from './host.js';
import { isSameInstance, type ServiceInstance } from './instance.js';

/** What an {@link InstanceList} needs. */
export interface InstanceListOptions {
  /** How long instances that vanished together stay listed, in milliseconds; 0: not at all. */
  readonly holdFor: number;
  readonly clock: Clock;
  /** The list is another one. */
  readonly onChange: () => void;
  /** Instances begin to be held, or none is any more; with the number of them. */
  readonly onHold: (held: boolean, instances: number) => void;
}

/**
 * The instances of one service that may be called: those that the registry reports as healthy, and for a while those
 * that vanished when most of the others had, too: when fewer than half are left of what the list was of late. A registry that lost its data, or that may not be read any more,
 * answers with an empty list; believing it would stop every caller. (Eureka calls this self-preservation, Nacos has a
 * protection threshold, Envoy rather calls unhealthy hosts than none.)
 */
export class InstanceList {
  readonly #options: InstanceListOptions;
  #healthy: readonly ServiceInstance[] = [];
  #held: readonly ServiceInstance[] = [];
  #current: readonly ServiceInstance[] = Object.freeze([]);
  #holdTimer: Timer | undefined;
  #heldSince: number | undefined;
  /** Lengths that the list had, and until when, by the monotonic clock: those of the last `holdFor` milliseconds. */
  #lengths: Array<{ readonly length: number; readonly until: number }> = [];

  constructor(options: InstanceListOptions) {
    this.#options = options;
  }

  /** Sorted by id; another array after every change, and only then. */
  get current(): readonly ServiceInstance[] {
    return this.#current;
  }

  /** Those of the list that the last answer does not have, or has as unhealthy. */
  get held(): readonly ServiceInstance[] {
    return this.#held;
  }

  /** Since when instances are held, in milliseconds since the epoch; `undefined` when none is. */
  get heldSince(): number | undefined {
    return this.#heldSince;
  }

  /** Takes an answer of the registry, the unhealthy included. */
  update(answer: readonly ServiceInstance[]): void {
    this.#healthy = answer.filter(({ health, weight }) => health !== 'critical' && weight > 0);
    const missing = missingFrom(this.#healthy, this.#current);
    const isMassLoss = this.#healthy.length * 2 < this.#longestOfLate() && this.#options.holdFor > 0;
    this.#hold(isMassLoss ? missing : missing.filter((instance) => this.#held.includes(instance)));
    this.#publish();
  }

  /**
   * The registry cannot be reached. What is held stays until it can be, and then for the full time: until then nobody
   * has a chance to register again.
   */
  registryFailed(): void {
    this.#holdTimer?.cancel();
    this.#holdTimer = undefined;
  }

  close(): void {
    this.#holdTimer?.cancel();
  }

  /** Holds exactly these from now on. All of them have one deadline: a list that goes on changing is not held for ever. */
  #hold(instances: readonly ServiceInstance[]): void {
    const { clock, holdFor, onHold } = this.#options;
    const before = this.#held.length;
    this.#held = instances;
    if (instances.length === 0) {
      this.#holdTimer?.cancel();
      this.#holdTimer = undefined;
      this.#heldSince = undefined;
      if (before > 0) onHold(false, before);
    } else {
      this.#holdTimer ??= clock.setTimeout(() => this.#endHold(), holdFor);
      this.#heldSince ??= clock.now();
      if (before === 0) onHold(true, instances.length);
    }
  }

  /** The registry has had its time: what it says is the truth from now on, and what was before does not count. */
  #endHold(): void {
    this.#hold([]);
    this.#publish();
    this.#lengths = [];
  }

  /** A loss may come in several answers, one shortly after another: so the list is compared with what it was of late. */
  #longestOfLate(): number {
    const { clock, holdFor } = this.#options;
    this.#lengths = this.#lengths.filter(({ until }) => until > clock.monotonic() - holdFor);
    return Math.max(this.#current.length, ...this.#lengths.map(({ length }) => length));
  }

  #publish(): void {
    const before = new Map(this.#current.map((instance) => [instance.id, instance]));
    const after = [...this.#healthy, ...this.#held]
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map((instance) => unlessSame(before.get(instance.id), instance));
    const isSame = after.length === this.#current.length && after.every((one, place) => one === this.#current[place]);
    if (isSame) return;
    this.#lengths.push({ length: this.#current.length, until: this.#options.clock.monotonic() });
    this.#current = Object.freeze(after);
    this.#options.onChange();
  }
}

/** Who of `before` is not in `answer`, neither by id nor by address: who registers under another id is not missing. */
function missingFrom(answer: readonly ServiceInstance[], before: readonly ServiceInstance[]): ServiceInstance[] {
  const ids = new Set(answer.map(({ id }) => id));
  const addresses = new Set(answer.map((instance) => addressOf(instance)));
  return before.filter((instance) => !ids.has(instance.id) && !addresses.has(addressOf(instance)));
}

/** The object of before for an instance that is as it was, so that what has changed can be told by identity. */
function unlessSame(before: ServiceInstance | undefined, now: ServiceInstance): ServiceInstance {
  return before !== undefined && isSameInstance(before, now) ? before : now;
}

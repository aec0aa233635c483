import { isEnvolError, type Clock, type EnvolError, type RequestContextValues, type Timer } from '@envol/common';
import type { Call } from './call.js';
import { withContext } from './carried-context.js';
import type { ClientMetrics, RequestOutcome } from './client-metrics.js';
import { clientClosed, deadlineOver, timedOut, unavailable, unknownOutcome } from './errors.js';
import type { InstancePool } from './instance-pool.js';
import type { Server } from './server.js';
import type { Packet, Reply, Wire } from './wire.js';

/** What all requests of a client have in common; times in milliseconds. */
export interface RequestSettings {
  readonly name: string;
  readonly requestTimeout: number;
  readonly attempts: number;
  readonly clock: Clock;
  readonly metrics: ClientMetrics;
}

/** One request in hand. */
export interface RequestInput {
  readonly packet: Packet;
  readonly context: RequestContextValues;
  /** Whether it may be sent again when it is not known whether it was carried out. Asked only then. */
  readonly isIdempotent: () => boolean;
  /** Gets the answers; an error of the client itself comes as the last one. */
  readonly onReply: (reply: Reply) => void;
}

/**
 * One request from its first attempt to its end. What was surely not sent goes to another instance; what may have
 * been carried out does so only when it is idempotent; what was answered, also with an error, never does.
 */
export class Request {
  readonly #pool: InstancePool;
  readonly #settings: RequestSettings;
  readonly #input: RequestInput;
  readonly #startedAt: number;
  readonly #tried = new Set<Server>();
  readonly #reasons: string[] = [];
  #attempts = 0;
  #call: Call | undefined;
  #stopListening: (() => void) | undefined;
  #timer: Timer | undefined;
  /** The last attempt whose outcome is not known: from then on the request cannot be said to be unsent. */
  #unknown: EnvolError | undefined;
  #isAnswered = false;
  #isOver = false;

  constructor(pool: InstancePool, settings: RequestSettings, input: RequestInput) {
    this.#pool = pool;
    this.#settings = settings;
    this.#input = input;
    this.#startedAt = settings.clock.monotonic();
  }

  start(): void {
    this.#attempt();
  }

  /** The caller does not want the answer any more. */
  cancel(): void {
    if (this.#isOver) return;
    this.#call?.abandoned();
    this.#finish(this.#isAnswered ? 'ok' : 'cancelled');
  }

  #attempt(): void {
    const left = this.#timeLeft();
    if (left <= 0) return this.#fail(this.#unknown ?? deadlineOver(this.#settings.name));
    if (this.#attempts === this.#settings.attempts) return this.#giveUp();
    try {
      const picked = this.#pool.pick(this.#tried);
      if (picked === undefined) void this.#connect(left);
      else this.#send(picked.server, picked.wire, left);
    } catch (error) {
      this.#fail(this.#unknown ?? error);
    }
  }

  /** Nobody is reachable who was not tried yet: tries all of them at once. */
  async #connect(left: number): Promise<void> {
    this.#after(left, () => this.#giveUp());
    const isConnected = await this.#pool.connectAny(this.#tried, (server, reason) => this.#setAside(server, reason));
    if (this.#isOver) return;
    this.#timer?.cancel();
    if (isConnected) this.#attempt();
    else this.#giveUp();
  }

  #send(server: Server, wire: Wire, left: number): void {
    const { metrics, clock } = this.#settings;
    this.#attempts += 1;
    if (this.#attempts > 1) metrics.retries.add();
    this.#call = this.#pool.begin(server);
    this.#stopListening = wire.request(withContext(this.#input.packet, this.#input.context, clock), {
      reply: (reply) => this.#replied(reply),
      lost: (reason) => {
        this.#call?.failed(left);
        this.#outcomeUnknown(lostError(this.#settings.name, server, reason));
      },
    });
    if (this.#stopListening === undefined) {
      this.#endCall();
      this.#setAside(server, 'the connection was closed');
      return this.#attempt();
    }
    this.#awaitReply(server);
  }

  /** Waits for the first answer, and then for each next one. */
  #awaitReply(server: Server): void {
    const left = Math.max(0, this.#timeLeft());
    this.#after(left, () => {
      // A caller with less time than others must not take the server away from them.
      if (left < this.#settings.requestTimeout) this.#call?.abandoned();
      else this.#call?.failed(left);
      this.#outcomeUnknown(timedOut(this.#settings.name, server.id, left));
    });
  }

  #replied(reply: Reply): void {
    const { err, isDisposed } = reply;
    const call = this.#call;
    if (!this.#isAnswered) {
      this.#isAnswered = true;
      call?.answered(err !== undefined);
      this.#recordTime();
    }
    if (isDisposed) this.#finish(err === undefined ? 'ok' : 'application_error');
    else if (call !== undefined) this.#awaitReply(call.server);
    this.#input.onReply(reply);
  }

  #outcomeUnknown(error: EnvolError): void {
    this.#unknown = error;
    const call = this.#call;
    this.#endCall();
    if (call !== undefined) this.#setAside(call.server, error.message);
    const mayRepeat = !this.#isAnswered && !isEnvolError(error, 'ENVOL_LOAD_BALANCER_CLOSED');
    if (mayRepeat && this.#input.isIdempotent()) this.#attempt();
    else this.#fail(error);
  }

  #setAside(server: Server, reason: string): void {
    this.#tried.add(server);
    this.#reasons.push(`${server.id}: ${reason}`);
  }

  #giveUp(): void {
    this.#fail(this.#unknown ?? unavailable(this.#settings.name, this.#reasons));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    if (!this.#isAnswered) this.#recordTime();
    this.#finish('failed');
    this.#input.onReply({ err: error, isDisposed: true });
  }

  #finish(outcome: RequestOutcome): void {
    this.#isOver = true;
    this.#endCall();
    this.#settings.metrics.requests[outcome].add();
  }

  /** The attempt is over: no timer, no listener and no count of it is left. */
  #endCall(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#stopListening?.();
    this.#stopListening = undefined;
    const call = this.#call;
    this.#call = undefined;
    if (call === undefined) return;
    call.end();
    this.#pool.ended(call.server);
  }

  #timeLeft(): number {
    const { requestTimeout, clock } = this.#settings;
    const { deadline } = this.#input.context;
    return deadline === undefined ? requestTimeout : Math.min(requestTimeout, deadline - clock.now());
  }

  /**
   * Calls back after `milliseconds`, and after what the process has received by then was read: a process that stood
   * still must not blame its peers for answers it did not look at.
   */
  #after(milliseconds: number, expired: () => void): void {
    this.#timer?.cancel();
    const timer = this.#settings.clock.setTimeout(() => {
      setImmediate(() => {
        if (this.#timer === timer) expired();
      });
    }, milliseconds);
    this.#timer = timer;
  }

  #recordTime(): void {
    this.#settings.metrics.seconds.record((this.#settings.clock.monotonic() - this.#startedAt) / 1_000);
  }
}

function lostError(client: string, server: Server, reason: Error): EnvolError {
  return isEnvolError(reason, 'ENVOL_LOAD_BALANCER_CLOSED')
    ? clientClosed(client)
    : unknownOutcome(client, server.id, reason);
}

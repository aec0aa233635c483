import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { checkPort, freePorts } from './ports.js';
import { prepareShards } from './prepare-shards.js';
import { SupervisedProcess } from './supervised-process.js';

const GATEWAY = new URL('../gateway/main.js', import.meta.url);
const PLACES = new URL('../places/main.js', import.meta.url);

/** What a process gets to end by itself, in milliseconds; together with PostgreSQL less than 5 s. */
const GATEWAY_STOP = 2_500;
const REPLICA_STOP = 1_000;

/** A copy of the places service: its address, as the balancer names it, and its process. */
export interface Replica {
  readonly instance: string;
  readonly process: SupervisedProcess;
}

/** Starts and stops all of Atlas on this machine: the databases, the replicas of the places service, the gateway. */
export class Launcher {
  readonly #settings: Settings;
  readonly #environment: NodeJS.ProcessEnv;
  #postgres: EmbeddedPostgres | undefined;
  #replicas: readonly Replica[] = [];
  #gateway: SupervisedProcess | undefined;
  #starting: Promise<readonly string[]> | undefined;
  #stopping: Promise<void> | undefined;

  /** @param environment what the processes get as theirs; `settings` was read from it */
  constructor(settings: Settings, environment: NodeJS.ProcessEnv = process.env) {
    this.#settings = settings;
    this.#environment = environment;
  }

  /** The replicas, once they are started. */
  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Resolves to the databases, one URL for each shard, when all of Atlas is ready. A failure stops what was started before it. */
  async start(): Promise<readonly string[]> {
    try {
      return await (this.#starting = this.#start());
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops everything, the gateway first, so that nothing is taken away from under a request. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #start(): Promise<readonly string[]> {
    const { HOST, PORT, MANAGEMENT_PORT, CURSOR_SECRETS } = this.#settings;
    // Better now than after the cities are loaded.
    await checkPort(PORT, HOST);
    await checkPort(MANAGEMENT_PORT, '127.0.0.1');
    const shards = await this.#databases();
    await prepareShards(shards, process.stdout);
    const secrets = CURSOR_SECRETS ?? [randomBytes(32).toString('base64url')];
    await this.#startProcesses({ SHARD_URLS: shards.join(','), CURSOR_SECRETS: secrets.join(',') });
    return shards;
  }

  async #databases(): Promise<readonly string[]> {
    const { SHARD_URLS, ATLAS_DIR } = this.#settings;
    if (SHARD_URLS !== undefined) return SHARD_URLS;
    this.#postgres = await startEmbeddedPostgres(ATLAS_DIR);
    return this.#postgres.urls;
  }

  async #startProcesses(environment: NodeJS.ProcessEnv): Promise<void> {
    const { REPLICAS } = this.#settings;
    const ports = await freePorts(2 * REPLICAS);
    if (this.#stopping !== undefined) return;
    this.#replicas = ports.slice(0, REPLICAS).map((port, index) => ({
      instance: `127.0.0.1:${port}`,
      process: new SupervisedProcess(`The replica on ${port}`, PLACES, {
        ...this.#environment,
        ...environment,
        PLACES_PORT: `${port}`,
        PLACES_MANAGEMENT_PORT: `${ports[REPLICAS + index]}`,
      }),
    }));
    await Promise.all(this.#replicas.map((replica) => replica.process.start()));
    await this.#startGateway();
  }

  async #startGateway(): Promise<void> {
    if (this.#stopping !== undefined) return;
    const environment = {
      ...this.#environment,
      PLACES_INSTANCES: this.#replicas.map(({ instance }) => instance).join(','),
      // The gateway has no business with the databases.
      SHARD_URLS: undefined,
    };
    this.#gateway = new SupervisedProcess('The gateway', GATEWAY, environment);
    await this.#gateway.start();
  }

  async #stop(): Promise<void> {
    await this.#gateway?.stop(GATEWAY_STOP);
    await Promise.all(this.#replicas.map((replica) => replica.process.stop(REPLICA_STOP)));
    // A start that is under way may still bring the databases up; then they are the last to go.
    await this.#starting?.catch(() => undefined);
    await this.#postgres?.stop();
  }
}

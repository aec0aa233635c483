import { setTimeout as delay } from 'node:timers/promises';
import { invalid, notRunning, startFailed } from '../errors.js';
import { checkOptions } from '../options.js';
import { HOST } from '../process/ports.js';
import type { ServerProcess, ServerState } from '../process/server-process.js';
import { startAll } from '../process/start-all.js';
import { Turns } from '../process/turns.js';
import type { Service, ServiceDefinition, ServiceOptions } from '../service.js';
import { formCluster, whyNotJoined } from './cluster-bus.js';
import { startClusterNode } from './cluster-node.js';
import { findRedis, findRedisOfVersion, redisInstall } from './program.js';

/** `port` is that of the first node. */
export type RedisClusterOptions = ServiceOptions;

/** One node, as it is now. */
export type RedisClusterNode = Pick<Service, 'host' | 'port' | 'url' | 'pid'>;

/**
 * The methods of {@link Service} act on all nodes; `port`, `url` and `pid` are those of the first one. Nodes are
 * numbered from 0.
 */
export interface RedisClusterService extends Service {
  readonly nodes: readonly RedisClusterNode[];
  /** Of all nodes. */
  readonly urls: readonly string[];
  /** As {@link Service.kill}, for one node. The others go on serving their slots while two of three live. */
  killNode(index: number): Promise<void>;
  pauseNode(index: number): Promise<void>;
  resumeNode(index: number): Promise<void>;
  /** Starts one node again, without data; resolves when it and the others that run serve as one cluster. */
  restartNode(index: number): Promise<void>;
}

const NODES = 3;
/** Without them no node serves. */
const MAJORITY = 2;
/** A node waits 2 s after its start before it serves, and may have to wait until the others forgive its absence. */
const JOIN_DEADLINE_MS = 60_000;
const JOIN_INTERVAL_MS = 25;

/** Redis Cluster: three masters without replicas and without persistence. */
export const redisCluster: ServiceDefinition<RedisClusterOptions, RedisClusterService> = {
  name: 'redis-cluster',
  start: startRedisCluster,
  locate: async () => findRedis().file,
  install: redisInstall,
};

async function startRedisCluster(raw: RedisClusterOptions): Promise<RedisClusterService> {
  const { port } = checkOptions('redis-cluster', {}, raw);
  const program = await findRedisOfVersion(7);
  const starting = Array.from({ length: NODES }, (_, index) =>
    startClusterNode(program, index, index === 0 ? port : undefined),
  );
  const cluster = new RedisCluster(await startAll(starting));
  try {
    await cluster.form();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

class RedisCluster implements RedisClusterService {
  readonly name = 'redis-cluster';
  readonly host = HOST;
  readonly #nodes: readonly ServerProcess[];
  readonly #turns = new Turns();

  constructor(nodes: readonly ServerProcess[]) {
    this.#nodes = nodes;
  }

  get nodes(): readonly RedisClusterNode[] {
    return this.#nodes.map(({ host, port, url, pid }) => ({ host, port, url, pid }));
  }

  get urls(): readonly string[] {
    return this.#nodes.map(({ url }) => url);
  }

  get port(): number {
    return this.#node(0).port;
  }

  get url(): string {
    return this.#node(0).url;
  }

  get pid(): number {
    return this.#node(0).pid;
  }

  form(): Promise<void> {
    return this.#turns.take(async () => {
      await formCluster(this.#nodes.map(({ port }) => port));
      await this.#joined();
    });
  }

  stop(): Promise<void> {
    return this.#turns.take(() => forEach(this.#nodes, (node) => node.stop()));
  }

  kill(): Promise<void> {
    return this.#turns.take(() => forEach(this.#nodes, (node) => node.kill()));
  }

  pause(): Promise<void> {
    return this.#turns.take(() => forEach(this.#inState('running', 'pause'), (node) => node.pause()));
  }

  resume(): Promise<void> {
    return this.#turns.take(() => forEach(this.#inState('paused', 'resume'), (node) => node.resume()));
  }

  restart(): Promise<void> {
    return this.#turns.take(async () => {
      await forEach(this.#nodes, (node) => node.restart());
      await this.#joined();
    });
  }

  killNode(index: number): Promise<void> {
    return this.#turns.take(() => this.#node(index).kill());
  }

  pauseNode(index: number): Promise<void> {
    return this.#turns.take(() => this.#node(index).pause());
  }

  resumeNode(index: number): Promise<void> {
    return this.#turns.take(() => this.#node(index).resume());
  }

  restartNode(index: number): Promise<void> {
    return this.#turns.take(async () => {
      await this.#node(index).restart();
      await this.#joined();
    });
  }

  /** Waits until the nodes that run serve and hold each other for healthy; not if they are too few to serve at all. */
  async #joined(): Promise<void> {
    const deadline = Date.now() + JOIN_DEADLINE_MS;
    for (;;) {
      const reason = await this.#whyNotJoined();
      if (reason === undefined) return;
      if (Date.now() > deadline) {
        throw startFailed(this.name, `is not one cluster within ${JOIN_DEADLINE_MS / 1000} s`, reason);
      }
      await delay(JOIN_INTERVAL_MS);
    }
  }

  async #whyNotJoined(): Promise<string | undefined> {
    const ports = this.#nodes.filter(({ state }) => state === 'running').map(({ port }) => port);
    if (ports.length < MAJORITY) return undefined;
    try {
      const reasons = await Promise.all(ports.map((port) => whyNotJoined(port, ports)));
      return reasons.find((reason) => reason !== undefined);
    } catch (error) {
      return String(error); // such as a node that has just ended
    }
  }

  #inState(state: ServerState, action: string): ServerProcess[] {
    const found = this.#nodes.filter((node) => node.state === state);
    if (found.length === 0) {
      throw notRunning(this.name, action, this.#node(0).state === 'stopped' ? 'stopped' : `not ${state}`);
    }
    return found;
  }

  #node(index: number): ServerProcess {
    const node = this.#nodes[index];
    if (node === undefined) throw invalid(`There is no node ${index}.`, `The nodes are 0 to ${NODES - 1}.`);
    return node;
  }
}

async function forEach(nodes: readonly ServerProcess[], action: (node: ServerProcess) => Promise<void>): Promise<void> {
  await Promise.all(nodes.map(action));
}

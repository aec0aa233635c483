import { HOST } from '../process/ports.js';
import { command } from './client.js';

/** All hash slots of a Redis Cluster. */
const SLOTS = 16_384;

/** A line of CLUSTER NODES. */
interface NodeLine {
  readonly port: number;
  readonly busPort: number;
  readonly flags: readonly string[];
  readonly isConnected: boolean;
}

/** Makes a cluster of empty nodes: each a master of an equal part of the slots, in order. */
export async function formCluster(ports: readonly number[]): Promise<void> {
  const busPorts = await Promise.all(ports.map(busPortOf));
  await Promise.all(ports.map((port, index) => takeSlots(port, index, ports.length)));
  // Every pair: hearing of each other through a third one would take them longer.
  for (const [index, port] of ports.entries()) {
    for (const [other, otherPort] of ports.entries()) {
      if (other < index) await command(port, 'CLUSTER', 'MEET', HOST, `${otherPort}`, `${busPorts[other]}`);
    }
  }
}

async function takeSlots(port: number, index: number, nodes: number): Promise<void> {
  const [first, next] = [index, index + 1].map((share) => Math.round((share * SLOTS) / nodes));
  await command(port, 'CLUSTER', 'ADDSLOTSRANGE', `${first}`, `${Number(next) - 1}`);
  await command(port, 'CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`); // equal ones would have to be settled first
}

/** Why a node does not serve yet, or does not hold all of `peers` (by port) for healthy; undefined when it does both. */
export async function whyNotJoined(port: number, peers: readonly number[]): Promise<string | undefined> {
  const info = await command(port, 'CLUSTER', 'INFO');
  if (!info.includes('cluster_state:ok')) return `node ${port} does not serve yet`;
  if (!info.includes(`cluster_slots_assigned:${SLOTS}`)) return `node ${port} does not know who has which slot`;
  const nodes = await nodesKnownTo(port);
  const absent = peers.find((peer) => !nodes.some((node) => node.port === peer && isHealthy(node)));
  return absent === undefined ? undefined : `node ${port} does not hold node ${absent} for healthy`;
}

async function busPortOf(port: number): Promise<number> {
  const itself = (await nodesKnownTo(port)).find(({ flags }) => flags.includes('myself'));
  if (itself === undefined) throw new Error(`node ${port} does not know itself`);
  return itself.busPort;
}

/** The fields are ID, IP:PORT@BUSPORT, flags, master, ping, pong, epoch, state of the link, slots. */
async function nodesKnownTo(port: number): Promise<NodeLine[]> {
  const lines = (await command(port, 'CLUSTER', 'NODES')).trim().split('\n');
  return lines.map((line) => {
    const [, address = '', flags = '', , , , , link] = line.split(' ');
    const [, nodePort, busPort] = /:(\d+)@(\d+)/.exec(address) ?? [];
    return {
      port: Number(nodePort),
      busPort: Number(busPort),
      flags: flags.split(','),
      isConnected: link === 'connected',
    };
  });
}

function isHealthy({ flags, isConnected }: NodeLine): boolean {
  return isConnected && !['fail', 'fail?', 'handshake', 'noaddr'].some((bad) => flags.includes(bad));
}

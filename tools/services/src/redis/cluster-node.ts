import type { Program } from '../binaries/find-program.js';
import { childEnv } from '../process/child-env.js';
import { makePrivate, throwawayPath } from '../process/folders.js';
import { HOST } from '../process/ports.js';
import { ServerProcess } from '../process/server-process.js';
import { probe } from './client.js';

/**
 * How long a node may be silent before the others hold it for failed; one that came back is forgiven after twice that.
 * Redis's own default is 15 s. Less than 5 s would blame nodes for a busy machine.
 */
const NODE_TIMEOUT_MS = 5000;

/** Starts one node, in cluster mode, alone. Its folder keeps what it knows of the cluster, not its data. */
export function startClusterNode(program: Program, index: number, port: number | undefined): Promise<ServerProcess> {
  const folder = throwawayPath('redis-cluster');
  return ServerProcess.launch(
    {
      name: `redis-cluster node ${index}`,
      plan: { stop: [{ ask: 'SIGTERM', waitMs: 10_000 }], orphaned: [], remove: [folder] },
      prepare: async () => makePrivate(folder),
      sidePorts: 1,
      command: (onPort, [busPort]) => ({
        file: program.file,
        args: Object.entries(settings(onPort, Number(busPort), folder)).flatMap(([name, value]) => [
          `--${name}`,
          value,
        ]),
        cwd: folder,
        env: childEnv(program.env),
      }),
      url: (onPort) => `redis://${HOST}:${onPort}`,
      probe,
    },
    port,
  );
}

function settings(port: number, busPort: number, folder: string): Record<string, string> {
  return {
    bind: HOST,
    port: `${port}`,
    dir: folder,
    save: '',
    appendonly: 'no',
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-announce-ip': HOST,
    // Its default is the port plus 10000, which another program may have, or which may be no port at all.
    'cluster-port': `${busPort}`,
    'cluster-node-timeout': `${NODE_TIMEOUT_MS}`,
    // When a node is away, the others go on; else they would stop after the timeout, and tests would hang on timing.
    'cluster-require-full-coverage': 'no',
  };
}

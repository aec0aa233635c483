import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkOptions } from '../options.js';
import { childEnv } from '../process/child-env.js';
import { makePrivate, throwawayPath, uniqueName } from '../process/folders.js';
import { HOST } from '../process/ports.js';
import { ServerProcess } from '../process/server-process.js';
import type { Service, ServiceDefinition, ServiceOptions } from '../service.js';
import { agentConfig } from './agent-config.js';
import { probe } from './client.js';
import { consulInstall, findConsul, versionOf } from './program.js';

export interface ConsulOptions extends ServiceOptions {
  /** Deny what comes without a token; `token` is one with every right. Default: no access control. */
  readonly acl?: { readonly token: string } | undefined;
}

export type ConsulService = Service;

const ownOptions = { acl: z.strictObject({ token: z.string().min(1) }).optional() };

/** Consul in development mode, one agent that is also the server: a restart comes up empty. */
export const consul: ServiceDefinition<ConsulOptions, ConsulService> = {
  name: 'consul',
  start: startConsul,
  locate: async () => findConsul(),
  install: consulInstall,
};

async function startConsul(raw: ConsulOptions): Promise<ConsulService> {
  const { port, acl } = checkOptions('consul', ownOptions, raw);
  const file = findConsul();
  const version = await versionOf(file);
  const folder = throwawayPath('consul');
  const configFile = join(folder, 'agent.json');
  const nodeName = `envol-${uniqueName()}`;
  return ServerProcess.launch(
    {
      name: 'consul',
      plan: { stop: [], orphaned: [], remove: [folder] }, // all it has is in memory: there is nothing to wait for
      prepare: async () => {
        makePrivate(folder);
        writeFileSync(configFile, JSON.stringify(agentConfig(nodeName, acl?.token, version)));
      },
      sidePorts: 2,
      command: (onPort, [rpcPort, gossipPort]) => ({
        file,
        args: [
          'agent',
          '-dev',
          '-config-file',
          configFile,
          ...portArgs({ http: onPort, server: rpcPort, 'serf-lan': gossipPort }),
        ],
        cwd: folder,
        env: childEnv(),
      }),
      url: (onPort) => `http://${HOST}:${onPort}`,
      probe: (onPort) => probe(onPort, nodeName, acl?.token),
    },
    port,
  );
}

function portArgs(ports: Readonly<Record<string, number | undefined>>): string[] {
  return Object.entries(ports).flatMap(([name, port]) => [`-${name}-port`, `${port}`]);
}

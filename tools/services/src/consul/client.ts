import { get } from 'node:http';
import { z } from 'zod';
import { HOST } from '../process/ports.js';

const TIMEOUT_MS = 2000;

const agentSelf = z.object({ Config: z.object({ NodeName: z.string() }) });
const nodeChecks = z.array(z.object({ CheckID: z.string(), Status: z.string() }));

/**
 * Ready is: our agent answers (while it fails to bind the port, another one may), it has a leader, and its catalog
 * knows the node itself, so that nothing of the start changes an index later.
 */
export async function probe(port: number, nodeName: string, token: string | undefined): Promise<void> {
  const ask = (path: string): Promise<unknown> => getJson(port, path, token);
  const { Config } = agentSelf.parse(await ask('/v1/agent/self'));
  if (Config.NodeName !== nodeName) throw new Error('another Consul answers on this port');
  if (z.string().parse(await ask('/v1/status/leader')) === '') throw new Error('it has no leader yet');
  const checks = nodeChecks.parse(await ask(`/v1/health/node/${nodeName}`));
  if (!checks.some(({ CheckID, Status }) => CheckID === 'serfHealth' && Status === 'passing')) {
    throw new Error('its catalog does not know its own node yet');
  }
}

/** Over a connection of its own: one that is kept would be a stranger's to close. */
function getJson(port: number, path: string, token: string | undefined): Promise<unknown> {
  const headers = token === undefined ? {} : { 'X-Consul-Token': token };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    get({ host: HOST, port, path, headers, signal, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('error', reject).on('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}: ${body}`);
          resolve(JSON.parse(body));
        } catch (error) {
          reject(error);
        }
      });
    }).on('error', reject);
  });
}

import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ServerProcess, type ServerRecipe } from '../src/process/server-process.js';

const SCRIPT = fileURLToPath(new URL('./fixtures/fake-server.mjs', import.meta.url));

/** A server whose first starts go as `modes` says. */
function fake(...modes: string[]): { recipe: ServerRecipe; ports: number[] } {
  const ports: number[] = [];
  const recipe: ServerRecipe = {
    name: 'fake',
    plan: { stop: [{ ask: 'SIGTERM', waitMs: 5000 }], orphaned: [], remove: [] },
    prepare: async () => undefined,
    command: (port) => {
      ports.push(port);
      const args = [SCRIPT, String(port), modes.shift() ?? 'works'];
      return { file: process.execPath, args, cwd: tmpdir(), env: {} };
    },
    url: (port) => `fake://127.0.0.1:${port}`,
    probe: async (port) => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'data');
      socket.destroy();
    },
  };
  return { recipe, ports };
}

describe('starting a server', () => {
  it('tries another port when somebody was faster on the free one', async () => {
    const { recipe, ports } = fake('taken', 'taken');
    const server = await ServerProcess.launch(recipe);
    await server.stop();
    expect(new Set(ports).size).toBe(3);
    expect(server.port).toBe(ports[2]);
  });

  it('gives up with an error that names the port when it never gets one', async () => {
    const { recipe, ports } = fake(...Array.from({ length: 9 }, () => 'taken'));
    await expect(ServerProcess.launch(recipe)).rejects.toMatchObject({ code: 'ENVOL_SERVICES_PORT_TAKEN' });
    expect(ports).toHaveLength(5);
  });

  it('shows the last lines of a server that ends', async () => {
    await expect(ServerProcess.launch(fake('broken').recipe)).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_START_FAILED',
      message: 'fake ended while it started. Its last lines:\nthe configuration is wrong in line 7',
    });
  });

  it('names a program that cannot be run', async () => {
    const { recipe } = fake();
    const command = () => ({ file: '/no/such/program', args: [], cwd: tmpdir(), env: {} });
    await expect(ServerProcess.launch({ ...recipe, command })).rejects.toThrow('/no/such/program');
  });
});

import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { freePort } from '../src/process/ports.js';
import { ServerProcess, type ServerRecipe } from '../src/process/server-process.js';

jest.setTimeout(180_000); // for a machine in trouble, not an expectation

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

  describe('that needs more ports than its main one', () => {
    function withSidePorts(...modes: string[]) {
      const { recipe } = fake(...modes);
      const starts: { port: number; sidePorts: readonly number[] }[] = [];
      const command: ServerRecipe['command'] = (port, sidePorts) => {
        starts.push({ port, sidePorts });
        return recipe.command(port, sidePorts);
      };
      return { recipe: { ...recipe, sidePorts: 2, command }, starts };
    }

    it('takes other ones when somebody was faster on them, and keeps the port that was given', async () => {
      const { recipe, starts } = withSidePorts('taken', 'works');
      const port = await freePort();
      const server = await ServerProcess.launch(recipe, port);
      await server.stop();
      expect(starts.map((start) => start.port)).toEqual([port, port]);
      expect(new Set(starts.flatMap(({ sidePorts }) => sidePorts)).size).toBeGreaterThan(2);
    });

    it('keeps them over restart(), and takes other ones if somebody has them by then', async () => {
      const { recipe, starts } = withSidePorts('works', 'works', 'taken', 'works');
      const server = await ServerProcess.launch(recipe);
      await server.restart();
      expect(starts[1]).toEqual(starts[0]);
      await server.restart();
      await server.stop();
      expect(starts[2]).toEqual(starts[0]);
      expect(starts[3]?.port).toBe(server.port);
      expect(starts[3]?.sidePorts).not.toEqual(starts[0]?.sidePorts);
    });
  });

  it('names a given port that somebody takes while it starts', async () => {
    const { recipe } = fake('taken');
    const port = await freePort();
    const other = createServer((socket) => socket.resetAndDestroy());
    const command: ServerRecipe['command'] = (onPort, sidePorts) => {
      other.listen(onPort, '127.0.0.1');
      return recipe.command(onPort, sidePorts);
    };
    await expect(ServerProcess.launch({ ...recipe, command }, port)).rejects.toMatchObject({
      code: 'ENVOL_SERVICES_PORT_TAKEN',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    other.close();
  });

  it('knows its state', async () => {
    const server = await ServerProcess.launch(fake('works', 'works').recipe);
    const states = [server.state];
    for (const act of [server.pause, server.resume, server.pause, server.kill, server.restart, server.stop]) {
      await act.call(server);
      states.push(server.state);
    }
    expect(states).toEqual(['running', 'paused', 'running', 'paused', 'dead', 'running', 'stopped']);
  });
});

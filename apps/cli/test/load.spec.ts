import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { envol, lastLine } from './run-envol.js';

let server: Server;
let url: string;
let folder: string;
let requests: IncomingMessage[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'envol-load-'));
  server = createServer((request, response) => {
    requests.push(request);
    response.statusCode = request.url === '/broken' ? 500 : 200;
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

describe('envol load', () => {
  it('sends requests at a rate and says how long they took', async () => {
    requests = [];
    const run = await envol(['load', `${url}/cities`, '--rate', '100', '--duration', '200ms']);
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/20 sent, 20 succeeded[^]*p99/) });
    expect(requests.map((request) => request.url)).toEqual(Array.from({ length: 20 }, () => '/cities'));
  });

  it('ends standard output with one line of JSON, and tells people on standard error', async () => {
    const { code, stdout, stderr } = await envol(['load', url, '--stages', '100ms:50,100ms:50-100', '--json']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(lastLine(stdout)).toMatchObject({ version: 1, loop: 'open', duration: 200, passed: true });
    expect(stderr).toContain('requests/s');
  });

  it('ends with 1 when a threshold is not met', async () => {
    const args = ['load', `${url}/broken`, '--rate', '50', '--duration', '100ms'];
    await expect(envol([...args, '-t', 'p99 < 60s', '-t', 'errors < 1%'])).resolves.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/errors.*100.000 %/),
    });
  });

  it('ends with 2 when no request succeeded', async () => {
    await expect(envol(['load', `${url}/broken`, '--rate', '50', '--duration', '100ms'])).resolves.toMatchObject({
      code: 2,
    });
  });

  it('sends method, headers and body as they are given, and writes the report to a file', async () => {
    requests = [];
    const args = ['--connections', '1', '-d', '50ms', '-X', 'POST', '-H', 'X-Tenant: a: b', '-b', 'text'];
    await envol(['load', url, ...args, '--markdown', 'load.md'], { cwd: folder });
    expect(requests[0]).toMatchObject({ method: 'POST', headers: { 'x-tenant': 'a: b', 'content-length': '4' } });
    await expect(readFile(join(folder, 'load.md'), 'utf8')).resolves.toContain('closed loop');
  });

  it('draws one line anew in a terminal', async () => {
    const { stderr } = await envol(['load', url, '--rate', '20', '-d', '50ms'], { isTTY: true });
    expect(stderr).toContain('\r\u001B[2K');
  });

  it('stops when it is asked to, with what it has, and ends with 130', async () => {
    const stop = new AbortController();
    server.once('request', () => stop.abort());
    const run = await envol(['load', url, '--rate', '50', '-d', '1h', '--json'], { signal: stop.signal });
    expect(run.code).toBe(130);
    expect(lastLine(run.stdout)).toMatchObject({ aborted: true });
  });

  it.each([
    [['--rate', 'many'], 'rate: '],
    [[], 'expected one of --rate, --connections and --stages'],
    [['--rate', '5', '--connections', '5'], 'expected one of --rate, --connections and --stages'],
    [['--stages', '10s'], '"10s" is no stage: expected one such as 10s:100'],
    [['--stages', '10s:5', '-d', '5s'], '--stages have their own durations'],
    [['--connections', '5', '--poisson'], '--poisson is for --rate and --stages'],
    [['--rate', '5', '-t', 'p42 < 5ms'], '"p42" is no metric'],
    [['--rate', '5', '-d', 'soon'], `duration: expected a duration such as 250, '250ms' or '5m', got "soon"`],
  ])('refuses %j by name before anything is sent', async (args, problem) => {
    requests = [];
    await expect(envol(['load', url, ...args])).resolves.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(problem),
    });
    expect(requests).toHaveLength(0);
  });

  it('refuses a header without showing it', async () => {
    const { code, stderr } = await envol(['load', url, '--rate', '5', '-H', 'Bearer secret']);
    expect(code).toBe(2);
    expect(stderr).toContain(`header.0: is no header such as 'accept: text/html'`);
    expect(stderr).not.toContain('secret');
  });
});

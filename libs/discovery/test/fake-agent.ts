import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the fake agent got it. */
export interface AgentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What it answers; `undefined`: nothing, the request hangs. */
export interface AgentAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, all else as JSON. */
  readonly body?: unknown;
}

/** An agent whose answers a test decides one by one. */
export class FakeAgent {
  readonly requests: AgentRequest[] = [];
  #answer: (request: AgentRequest, nth: number) => AgentAnswer | undefined | Promise<AgentAnswer> = () => ({});
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<FakeAgent> {
    const agent = new FakeAgent();
    agent.#server.listen(0, '127.0.0.1');
    await once(agent.#server, 'listening');
    return agent;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sets how requests are answered; `nth` counts those of a path from 1. */
  answer(answer: (request: AgentRequest, nth: number) => AgentAnswer | undefined | Promise<AgentAnswer>): void {
    this.requests.length = 0;
    this.#answer = answer;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://agent');
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk);
    const { method = '', headers } = incoming;
    const request = { method, path: pathname, query: searchParams, headers, body };
    this.requests.push(request);
    const nth = this.requests.filter(({ path }) => path === pathname).length;
    const answer = await this.#answer(request, nth);
    if (answer === undefined) return;
    const { status = 200, headers: extra = {}, body: content = '' } = answer;
    response.writeHead(status, extra);
    response.end(typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
}

/** An answer of `/v1/health/service/:name`. */
export function health(
  index: number,
  entries: readonly unknown[],
  headers: Readonly<Record<string, string>> = {},
): AgentAnswer {
  return { headers: { 'x-consul-index': `${index}`, 'x-consul-knownleader': 'true', ...headers }, body: entries };
}

/** A healthy instance on 10.0.0.1 as the agent has it. */
export function entry(id: string, service: object = {}, checks: readonly string[] = ['passing']) {
  return {
    Node: { Node: 'n1', Address: '10.0.0.1' },
    Service: { ID: id, Service: 'places', Tags: [], Address: '', Port: 3000, Meta: {}, ...service },
    Checks: checks.map((Status) => ({ Status })),
  };
}

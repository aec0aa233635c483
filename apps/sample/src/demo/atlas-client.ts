import { Pool } from 'undici';

/**
 * What a proxy in front of Atlas would keep. When all are busy, requests wait here, which counts into their latency:
 * on a machine that has other things to do, Atlas falls behind and is not buried.
 */
const CONNECTIONS = 16;

/**
 * In milliseconds. Atlas gives up on a request by itself after 3 s, and that is an answer too; this one is for a
 * gateway that hangs.
 */
const TIMEOUT = 30_000;

/**
 * A connection that was idle this long, in milliseconds, is not used again: far less than the 5 s after which the
 * server closes it, so that no request meets a connection that is just being closed.
 */
const IDLE_TIMEOUT = 1_000;

export interface Answer {
  readonly status: number;
  /** Parsed, if it is JSON; else the text. */
  readonly body: unknown;
}

/** Sends requests to the public port of Atlas, over connections that are kept. */
export class AtlasClient {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool(url, {
      connections: CONNECTIONS,
      connectTimeout: TIMEOUT,
      headersTimeout: TIMEOUT,
      bodyTimeout: TIMEOUT,
      keepAliveTimeout: IDLE_TIMEOUT,
      keepAliveMaxTimeout: IDLE_TIMEOUT,
    });
  }

  /** Requests that Atlas has in hand. */
  get underWay(): number {
    return this.#pool.stats.running;
  }

  async get(path: string): Promise<Answer> {
    const { statusCode, body } = await this.#pool.request({ method: 'GET', path });
    return { status: statusCode, body: parsed(await body.text()) };
  }

  async post(path: string, content: unknown): Promise<Answer> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
    return { status: statusCode, body: parsed(await body.text()) };
  }

  /** Cuts what is under way. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

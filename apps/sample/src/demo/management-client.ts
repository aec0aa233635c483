import { EnvolError } from '@envol/common';
import { parsePrometheusText, type Sample } from './prometheus-text.js';
import { descriptionSchema, type Description } from './replica-calls.js';

/** In milliseconds. */
const TIMEOUT = 5_000;

/**
 * Asks the management port of Atlas.
 *
 * @throws EnvolError `ENVOL_ATLAS_NO_ANSWER`
 */
export class ManagementClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async describe(): Promise<Description> {
    return descriptionSchema.parse(JSON.parse(await this.#get('/describe')));
  }

  async metrics(): Promise<Sample[]> {
    return parsePrometheusText(await this.#get('/metrics'));
  }

  async #get(path: string): Promise<string> {
    const response = await fetch(`${this.#url}${path}`, { signal: AbortSignal.timeout(TIMEOUT) });
    const text = await response.text();
    if (response.ok) return text;
    throw new EnvolError(
      'ENVOL_ATLAS_NO_ANSWER',
      `GET ${path} on the management port answered ${response.status}`,
      'Look at what the gateway logs: LOG_LEVEL=info npm run demo',
    );
  }
}

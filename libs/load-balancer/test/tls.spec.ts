import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { LoadBalancedClientProxy } from '../src/index.js';
import { startMicroservice } from './microservice.js';

Logger.overrideLogger(false);

/** A pre-shared key in place of certificates: encrypted, and without a file that expires. */
const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const TLS = { ciphers: 'PSK-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' } as const;

describe('a client with tlsOptions', () => {
  let server: Awaited<ReturnType<typeof startMicroservice>>;

  beforeAll(async () => {
    server = await startMicroservice(
      { one: (data) => data },
      { options: { tlsOptions: { ...TLS, pskCallback: () => KEY } } },
    );
  });
  afterAll(() => server.close());

  function clientWithKey(psk: Buffer): LoadBalancedClientProxy {
    const pskCallback = () => ({ psk, identity: 'gateway' });
    return new LoadBalancedClientProxy({
      name: 'places',
      instances: [server.instance],
      tlsOptions: { ...TLS, pskCallback, checkServerIdentity: () => undefined },
    });
  }

  it('speaks TLS with the instances', async () => {
    const client = clientWithKey(KEY);
    await expect(firstValueFrom(client.send('one', 'secret'))).resolves.toBe('secret');
    client.close();
  });

  it('sends nothing to an instance that does not hold the key', async () => {
    const client = clientWithKey(Buffer.alloc(32));
    await expect(firstValueFrom(client.send('one', 'secret'))).rejects.toMatchObject({
      code: 'ENVOL_LOAD_BALANCER_UNAVAILABLE',
    });
    client.close();
  });
});

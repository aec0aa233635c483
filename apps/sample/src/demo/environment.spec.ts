import { expect, it } from '@jest/globals';
import { demoEnvironment } from './environment.js';

it('takes free ports and a folder of its own unless the environment says otherwise', async () => {
  const defaults = await demoEnvironment({ CACHE_TTL: '' });
  expect(defaults).toEqual({
    HOST: '127.0.0.1',
    REPLICAS: '3',
    PORT: expect.stringMatching(/^\d+$/),
    MANAGEMENT_PORT: expect.stringMatching(/^\d+$/),
    ATLAS_DIR: '.atlas/demo',
    LOG_LEVEL: 'error',
    CACHE_TTL: '10s',
  });
  expect(defaults['PORT']).not.toBe(defaults['MANAGEMENT_PORT']);
  const given = { PORT: '3100', MANAGEMENT_PORT: '3101', ATLAS_DIR: 'x', LOG_LEVEL: 'info', CACHE_TTL: '5s' };
  await expect(demoEnvironment({ ...given, REPLICAS: '5' })).resolves.toEqual({ HOST: '127.0.0.1', REPLICAS: '3' });
});

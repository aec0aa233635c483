import { isEnvolError } from '@envol/common';
import { describe, expect, it } from '@jest/globals';
import { resolveClientOptions } from './client-options.js';
import { staticInstances, type InstanceSource } from './instance.js';

const INSTANCE = { host: '10.0.0.1', port: 3000 };

function messageOf(options: object): string {
  try {
    resolveClientOptions({ name: 'places', instances: [INSTANCE], ...options });
  } catch (error) {
    if (isEnvolError(error, 'ENVOL_LOAD_BALANCER_INVALID_OPTIONS')) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('client options', () => {
  it('have the defaults that the README names', () => {
    const { instances, ...options } = resolveClientOptions({ name: 'places', instances: [INSTANCE] });
    expect(options).toEqual({
      name: 'places',
      balancer: expect.any(Function),
      connectTimeout: 1_000,
      requestTimeout: 5_000,
      idempotent: [],
      attempts: 3,
      ejection: { failures: 3, time: 2_000, maxTime: 30_000 },
      drainTimeout: 5_000,
    });
    expect(instances.current()).toEqual([{ id: '10.0.0.1:3000', host: '10.0.0.1', port: 3000, weight: 1 }]);
  });

  it('take a source of instances, and leave the object of the user as it was', () => {
    const source: InstanceSource = { ...staticInstances([INSTANCE]) };
    expect(resolveClientOptions({ name: 'places', instances: source }).instances.current()).toEqual(source.current());
    expect(Object.isFrozen(source)).toBe(false);
  });

  it.each([
    [{ name: '' }, 'name:'],
    [{ instances: 'localhost:3000' }, 'instances: expected a list of instances or an InstanceSource'],
    [{ instances: [{ host: 'a' }] }, 'instances.0.port:'],
    [{ instances: [{ ...INSTANCE, port: 0 }] }, 'instances.0.port:'],
    [{ instances: [{ ...INSTANCE, weight: 0 }] }, 'instances.0.weight:'],
    [{ instances: [{ ...INSTANCE, wieght: 2 }] }, 'instances.0: "wieght" is not an option, did you mean "weight"?'],
    [{ instances: [INSTANCE, INSTANCE] }, 'instances: the same host and port is there twice'],
    [{ requestTimeout: '5 seconds' }, 'requestTimeout: expected a duration'],
    [{ connectTimeout: 0 }, 'connectTimeout: expected a duration'],
    [{ attempts: 0 }, 'attempts:'],
    [{ balancer: 'random' }, 'balancer: expected a function'],
    [{ idempotent: [null] }, 'idempotent.0:'],
    [{ ejection: { failures: 1.5 } }, 'ejection.failures:'],
    [{ ejection: { time: '1m' } }, 'ejection.maxTime: must not be shorter than `time`'],
    [{ tlsOptions: true }, 'tlsOptions: expected an object'],
  ])('refuse %j by name', (options, problem) => {
    expect(messageOf(options)).toContain(problem);
  });
});

import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { EventPattern, GrpcMethod, MessagePattern, RedisContext, Transport } from '@nestjs/microservices';
import { patternLabel, transportLabel } from './rpc-labels.js';

class Handlers {
  @MessagePattern('find')
  text(): void {}

  @MessagePattern({ b: { d: 1, c: 2 }, a: 'x' })
  object(): void {}

  @MessagePattern(['one', { two: 2 }], Transport.TCP)
  several(): void {}

  @EventPattern('cities.*')
  wildcard(_event: unknown): void {}

  @GrpcMethod('Places', 'Find')
  grpc(_request: object): void {}

  none(): void {}
}

describe('patternLabel', () => {
  it.each([
    ['text', 'find'],
    ['object', '{a:x,b:{c:2,d:1}}'],
    ['several', 'one|{two:2}'],
    ['wildcard', 'cities.*'],
    ['grpc', '{rpc:Find,service:Places,streaming:no_stream}'],
    ['none', '_unknown'],
  ] as const)('of a handler with a pattern of the kind %s', (method, label) => {
    expect(patternLabel(Handlers.prototype[method])).toBe(label);
  });
});

describe('transportLabel', () => {
  it("knows the transports of Nest, and takes all else for the application's own", () => {
    expect(transportLabel(new RedisContext(['channel']))).toBe('redis');
    expect([transportLabel({}), transportLabel(undefined), transportLabel(Object.create(null))]).toEqual([
      'other',
      'other',
      'other',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Injectable, Scope, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, Reflector, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { decoratedMethods, type DecoratedMethod } from './decorated-methods.js';

const Marked = Reflector.createDecorator<string>({ key: 'envol:test:marked' });
const SECRET = Symbol('secret');

@Injectable()
class Base {
  @Marked('one')
  one(): void {}

  @Marked('two')
  two(): void {}

  unmarked(): void {}
}

@Injectable()
class Derived extends Base {
  override one(): void {}

  @Marked('another two')
  override two(): void {}

  @Marked('secret')
  [SECRET](): void {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest extends Base {}

@Injectable({ scope: Scope.TRANSIENT })
class Transient extends Base {}

async function start(module: ModuleMetadata) {
  const imports = [DiscoveryModule, ...(module.imports ?? [])];
  const app = await Test.createTestingModule({ ...module, imports }).compile();
  return { app, methods: [...decoratedMethods(app.get(DiscoveryService), Marked)] };
}

const summary = ({ qualifiedName, metadata, scope }: DecoratedMethod<string>) => [qualifiedName, metadata, scope];

describe('decoratedMethods', () => {
  it('finds the methods with the decorator, each with its metadata, class and instance', async () => {
    const { app, methods } = await start({ providers: [Base] });
    const [one] = methods;
    expect(methods.map(summary)).toEqual([
      ['Base.one', 'one', Scope.DEFAULT],
      ['Base.two', 'two', Scope.DEFAULT],
    ]);
    expect(one).toMatchObject({ name: 'one', targetClass: Base });
    expect(one?.instance).toBe(app.get(Base));
  });

  it('finds what a class inherits, not what it overrides without the decorator, and methods under symbols', async () => {
    const { methods } = await start({ providers: [Derived] });
    expect(methods.map(({ name, metadata, targetClass }) => [name, metadata, targetClass])).toEqual([
      ['two', 'another two', Derived],
      [SECRET, 'secret', Derived],
    ]);
    expect(methods.at(-1)?.qualifiedName).toBe('Derived.Symbol(secret)');
  });

  it('finds those of controllers, above and below the decorators of Nest', async () => {
    @Controller()
    class Routes {
      @Marked('above')
      @Get('above')
      above(): void {}

      @Get('below')
      @Marked('below')
      below(): void {}
    }

    const { methods } = await start({ controllers: [Routes] });
    expect(methods.map(({ metadata }) => metadata)).toEqual(['above', 'below']);
  });

  it('gives no instance of what is made for a request or for each user, and says so', async () => {
    @Injectable()
    class Dependent extends Base {
      @Inject(REQUEST) readonly request!: unknown;
    }

    const { methods } = await start({ providers: [PerRequest, Transient, Dependent] });
    expect(methods.filter(({ name }) => name === 'one').map(summary)).toEqual([
      ['PerRequest.one', 'one', Scope.REQUEST],
      ['Transient.one', 'one', Scope.TRANSIENT],
      ['Dependent.one', 'one', Scope.REQUEST],
    ]);
    expect(methods.map(({ instance }) => instance)).toEqual(methods.map(() => undefined));
  });

  it('finds an instance once, whatever tokens and modules give it, and instances that Nest did not make', async () => {
    const made = new Base();
    const { app, methods } = await start({
      providers: [
        Derived,
        { provide: 'ALIAS', useExisting: Derived },
        { provide: 'VALUE', useValue: made },
        { provide: 'SAME', useFactory: () => made },
      ],
    });
    const instances = new Set(methods.map(({ instance }) => instance));
    expect(methods).toHaveLength(4);
    expect([...instances]).toEqual([app.get(Derived), made]);
  });

  it('runs no getter, and passes over values that are no instances of a class', async () => {
    class Lazy {
      get costly(): never {
        throw new Error('a getter was run');
      }
    }

    const values = [new Lazy(), { plain: true }, Object.create(null), 'text', undefined, () => undefined];
    const providers = values.map((useValue, index) => ({ provide: `VALUE_${index}`, useValue }));
    await expect(start({ providers })).resolves.toMatchObject({ methods: [] });
  });
});

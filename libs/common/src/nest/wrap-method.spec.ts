import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { injectIntoSlot, wrapMethod } from './wrap-method.js';

const SLOT = Symbol('slot');

function Marked(suffix: string) {
  return (
    prototype: object,
    _name: string,
    descriptor: TypedPropertyDescriptor<(...args: string[]) => string>,
  ): void => {
    const original = descriptor.value;
    if (original === undefined) throw new Error('not a method');
    injectIntoSlot(prototype, SLOT, 'MARK');
    wrapMethod(descriptor, original, function (this: object, ...args) {
      return `${original.apply(this, args)}${String(Reflect.get(this, SLOT))}${suffix}`;
    });
  };
}

@Injectable()
class Base {
  @Inject('OTHER') readonly other!: string;

  @Marked('1')
  @SetMetadata('role', 'admin')
  hello(name: string): string {
    return `hello ${name}`;
  }

  @Marked('2')
  bye(name: string): string {
    return `bye ${name}`;
  }
}

@Injectable()
class Derived extends Base {
  @Inject('OTHER') readonly another!: string;
}

describe('a method wrapped by a decorator', () => {
  it('keeps its name and metadata', () => {
    expect(Base.prototype.hello.name).toBe('hello');
    expect(Reflect.getMetadata('role', Base.prototype.hello)).toBe('admin');
  });

  it('finds what was injected into the slot: in a class, in its subclass, in each of two apps, beside other injections', async () => {
    const compile = (mark: string) =>
      Test.createTestingModule({
        providers: [Base, Derived, { provide: 'MARK', useValue: mark }, { provide: 'OTHER', useValue: 'other' }],
      }).compile();
    const [one, two] = await Promise.all([compile('!'), compile('?')]);
    expect(one.get(Base).hello('you')).toBe('hello you!1');
    expect(one.get(Base).bye('you')).toBe('bye you!2');
    expect(two.get(Derived).hello('you')).toBe('hello you?1');
    expect(two.get(Derived)).toMatchObject({ other: 'other', another: 'other' });
  });
});

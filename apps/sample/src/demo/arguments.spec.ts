import { describe, expect, it } from '@jest/globals';
import { parseArguments } from './arguments.js';

const DEFAULTS = { help: false, profile: 'embedded', rate: 150, seconds: 20, json: undefined };

describe('parseArguments', () => {
  it.each<[string[], object]>([
    [[], {}],
    [['--profile', 'real', '--rate', '400', '--seconds', '6'], { profile: 'real', rate: 400, seconds: 6 }],
    [['--json'], { json: '-' }],
    [['--json', '--rate', '100'], { json: '-', rate: 100 }],
    [['--json', 'figures.json', '--rate', '100'], { json: 'figures.json', rate: 100 }],
    [['--help'], { help: true }],
  ])('reads %j', (args, expected) => {
    expect(parseArguments(args)).toEqual({ ...DEFAULTS, ...expected });
  });

  it.each([
    [['--fast'], '"--fast"'],
    [['real'], '"real"'],
    [['--profile'], '--profile is given without a value'],
    [['--profile', 'docker'], '--profile is "docker"; it can be embedded or real'],
    [['--rate', '49'], '--rate is "49"; it can be a whole number from 50 to 2000'],
    [['--rate', '1e3'], '--rate is "1e3"'],
    [['--seconds', '5'], '--seconds is "5"; it can be a whole number from 6 to 600'],
    [['--seconds', '601'], '--seconds is "601"'],
    [['--rate=100'], '"--rate=100"'],
  ])('refuses %j by name', (args, message) => {
    expect(() => parseArguments(args)).toThrow(
      expect.objectContaining({ code: 'ENVOL_ATLAS_INVALID_ARGUMENTS', message: expect.stringContaining(message) }),
    );
  });
});

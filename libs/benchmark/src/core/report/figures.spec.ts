import { describe, expect, it } from '@jest/globals';
import { formatBytes, formatComparison, formatCount, formatMachine, formatPercent, formatRatio } from './figures.js';

describe('figures', () => {
  it('writes ratios with what they say, from a millionth to millions', () => {
    expect([1.5e-6, 0.123, 0.95, 1, 1.104, 99.994, 1_234.5, 16_517_548].map(formatRatio)).toEqual([
      '0.00000150',
      '0.123',
      '0.95',
      '1.00',
      '1.10',
      '99.99',
      '1,235',
      '16.5M',
    ]);
  });

  it('writes a ratio with its interval', () => {
    expect(formatComparison({ verdict: 'slower', ratio: 1.1, interval: [1.08, 1.12], p: 0.001 })).toBe(
      '1.10 (1.08–1.12)',
    );
  });

  it('writes shares as percent', () => {
    expect([0, 0.0004, 0.0123, 0.5, 12.345].map(formatPercent)).toEqual(['0 %', '0 %', '1.2 %', '50 %', '1,230 %']);
  });

  it('writes how many bytes', () => {
    expect([0, 0.25, 96, 1_536, 5 * 1024 ** 2, 3 * 1024 ** 5, -16].map(formatBytes)).toEqual([
      '0 B',
      '0.25 B',
      '96 B',
      '1.5 KiB',
      '5 MiB',
      '3,070 TiB',
      '-16 B',
    ]);
  });

  it('writes how often', () => {
    expect([0.5, 18.7, 1_234, 5_450_000, 3.1e9].map(formatCount)).toEqual(['0.5', '18.7', '1.23K', '5.45M', '3.1B']);
  });

  it('writes the machine in a line', () => {
    const machine = { cpu: 'Quick CPU', memory: 2 ** 33, platform: 'linux x64', node: 'v22.13.0' };
    expect(formatMachine({ ...machine, cores: 2 })).toBe('Quick CPU, 2 cores, 8 GiB, linux x64, Node v22.13.0');
    expect(formatMachine({ ...machine, cores: 1 })).toContain('1 core,');
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { measured, reportOf, samplesNear } from '../../../../test/reports.js';
import { toSvg } from './svg.js';

const report = reportOf([
  measured('get', samplesNear(183)),
  measured('through a proxy', samplesNear(412)),
  measured('Map', samplesNear(18.4)),
  { name: 'empty', outcome: 'too-fast', message: 'cannot be told from an empty loop' },
]);

/** What a reader sees, line by line. */
function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>(?:<title>[^<]*<\/title>)?([^<]*)</g)].map(([, text = '']) => text);
}

/** Whether tags are closed in order, as XML demands. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, end, name, selfClosing] of svg.matchAll(/<(\/?)([a-z]+)(?: [a-zA-Z0-9:-]+="[^"<]*")*(\/?)>/g)) {
    if (end === '/' && open.pop() !== name) return false;
    if (end === '' && selfClosing === '' && name !== undefined) open.push(name);
  }
  const withoutTags = svg.replace(/<\/?[a-z]+(?: [a-zA-Z0-9:-]+="[^"<]*")*\/?>/g, '');
  return open.length === 0 && !/[<]|&(?!(amp|lt|gt|quot|apos);)/.test(withoutTags);
}

describe('toSvg', () => {
  it('shows each benchmark with its median, ratio and verdict, or why it has none', () => {
    const texts = textsOf(toSvg(report));
    expect(texts).toEqual(
      expect.arrayContaining([
        'cache',
        'get',
        '183 ns',
        'baseline',
        'through a proxy',
        '412 ns',
        '2.25 (2.23–2.27) slower',
        'Map',
        '18.4 ns',
        '0.101 (0.0997–0.101) faster',
        'empty',
        'too fast: cannot be told from an empty loop',
        'Quick CPU, 2 cores, 8 GiB, linux x64, Node v22.13.0',
      ]),
    );
  });

  it('draws every fork and one median for each benchmark that was measured, the faster to the left', () => {
    const svg = toSvg(report);
    const rows = svg.split('class="name"').slice(1);
    expect(rows.map((row) => [...row.matchAll(/<circle class="fork"/g)].length)).toEqual([10, 10, 10, 0]);
    const [base = 0, slower = 0, faster = 0] = rows.map((row) => Number(/class="median" x1="([\d.]+)"/.exec(row)?.[1]));
    expect(faster).toBeLessThan(base);
    expect(slower).toBeGreaterThan(base);
  });

  it('shows the noise as a band around the baseline, and no band where it is unknown', () => {
    expect(toSvg(report)).toContain('noise: the baseline against itself');
    const { noise: _, ...unknown } = report;
    expect(toSvg(unknown)).not.toMatch(/class="noise"/);
  });

  it('needs nothing else: no script, no link; light and dark', () => {
    const svg = toSvg(report);
    expect(svg).not.toMatch(/<script|href|url\(|@import|<foreignObject/i);
    expect(svg.match(/http[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
  });

  it('is readable without figures: no axis, the reasons instead', () => {
    const svg = toSvg(reportOf([{ name: 'get', outcome: 'timed-out', message: 'longer than 30 s' }]));
    expect(textsOf(svg)).toContain('timed out: longer than 30 s');
    expect(svg).not.toContain('class="grid"');
    expect(isWellFormed(svg)).toBe(true);
  });

  it('draws no gap and no guide when the baseline was not measured', () => {
    const svg = toSvg(
      reportOf([{ name: 'get', outcome: 'failed', message: 'threw' }, measured('set', samplesNear(100))]),
    );
    expect(svg).toContain('class="median"');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('cuts a long name and has the whole of it as a tooltip', () => {
    const name = 'a name '.repeat(25).trim();
    const svg = toSvg(reportOf([measured(name, samplesNear(100))]));
    expect(textsOf(svg).some((text) => text.startsWith('a name a name') && text.endsWith('…'))).toBe(true);
    expect(svg).toContain(`<title>${name}</title>`);
  });

  it('is well-formed whatever things are called', () => {
    const parts = fc.constantFrom(
      'a',
      '<',
      '>',
      '&',
      '"',
      "'",
      ']]>',
      '<script>',
      '\u0000',
      '\ud800',
      '\uffff',
      '😀',
      '你',
    );
    const names = fc.string({ unit: parts, minLength: 1 });
    fc.assert(
      fc.property(names, names, (name, message) => {
        const svg = toSvg(
          reportOf([measured(name, samplesNear(100)), { name: `${name}2`, outcome: 'failed', message }], {
            suite: message,
          }),
        );
        expect(isWellFormed(svg)).toBe(true);
        // XML has no way to write these.
        expect(svg.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\uffff]/u);
      }),
      { numRuns: 50 },
    );
  });
});

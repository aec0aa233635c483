// npm run bench -- NAME ...: ours and its peers, side by side.
import { parseArgs } from 'node:util';
import { nearest } from '@envol/common/core';
import { allBenchmarks } from './src/catalogue.mjs';
import { writeSection } from './src/docs.mjs';
import { installPeers } from './src/peers.mjs';
import { resultOf } from './src/result.mjs';
import { sectionOf } from './src/section.mjs';

const USAGE = `npm run bench -- NAME ...   (or all)
  --list      says what there is, and the claim that each tests
  --json      ends standard output with a line of JSON for each benchmark
  --quick     shows that it works: few and short samples, and nothing written
  --no-docs   does not write docs/benchmarks.md`;

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort(new Error(`ended by ${signal}`)));

try {
  await main(readArguments());
} catch (error) {
  console.error([error.message, error.hint].filter(Boolean).join('\n'));
  process.exitCode = 1;
}

async function main({ names, list, json, quick, docs }) {
  const all = await allBenchmarks();
  for (const { name, claim } of list ? all : []) console.log(`${name.padEnd(24)}${claim}`);
  const chosen = names.includes('all') ? all : names.map((name) => find(name, all));
  if (chosen.length > 0) installPeers();
  const lines = [];
  for (const benchmark of chosen) lines.push(JSON.stringify(await measure(benchmark, { quick, docs })));
  if (json && lines.length > 0) console.log(lines.join('\n'));
}

async function measure(benchmark, { quick, docs }) {
  const figures = await benchmark.run({ quick, signal: abort.signal, onProgress: showProgress });
  const result = resultOf(benchmark, figures);
  const section = sectionOf(result, benchmark.claim, new Date().toISOString());
  console.log(`${section}\n`);
  if (docs) await writeSection(benchmark.name, section);
  return result;
}

function readArguments() {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      'no-docs': { type: 'boolean', default: false },
    },
  });
  const { list, json, quick } = values;
  if (names.length === 0 && !list) throw new Error(`Which one?\n\n${USAGE}`);
  return { names, list, json, quick, docs: !quick && !values['no-docs'] };
}

function find(name, all) {
  const found = all.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  const known = all.map((benchmark) => benchmark.name);
  const guess = nearest(name, known);
  throw new Error(
    `There is no benchmark "${name}". ${guess === undefined ? `There are ${known.join(', ')}.` : `Did you mean "${guess}"?`}`,
  );
}

/** Only where a line can be written over. */
function showProgress({ subject, done, total }) {
  if (!process.stderr.isTTY) return;
  const line = `${done} of ${total}  ${subject.suite}: ${subject.benchmark.trim()}`;
  process.stderr.write(`\r\x1b[K${line}${done === total ? '\n' : ''}`);
}

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../compose-file.js';

const dataSource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });

const panel = z.looseObject({
  id: z.int(),
  type: z.enum(['timeseries', 'stat']),
  title: z.string().min(3),
  description: z.string().min(60),
  datasource: dataSource,
  gridPos: z.strictObject({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) }),
  fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string().min(1) }) }),
  targets: z
    .array(
      z.strictObject({
        refId: z.string(),
        datasource: dataSource,
        expr: z.string().min(1),
        legendFormat: z.string().min(1),
        range: z.boolean(),
        instant: z.boolean(),
      }),
    )
    .min(1),
});

const dashboard = z.looseObject({
  uid: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.literal(39),
  panels: z.array(panel).min(6),
  templating: z.strictObject({
    list: z.array(
      z.looseObject({ name: z.string(), type: z.enum(['datasource', 'query']), definition: z.string().optional() }),
    ),
  }),
});

export type Panel = z.output<typeof panel>;
export type Dashboard = z.output<typeof dashboard> & {
  /** Name of the lib it belongs to. */
  readonly lib: string;
};

/** The libs that have a dashboard. */
export async function libsWithDashboards(): Promise<string[]> {
  const libs = await readdir(join(ROOT, 'libs'));
  return libs.filter((lib) => existsSync(fileOf(lib))).toSorted();
}

/** Reads the dashboard of a lib; it throws where it is not as ours are to be. */
export async function readDashboard(lib: string): Promise<Dashboard> {
  return { lib, ...dashboard.parse(JSON.parse(await readFile(fileOf(lib), 'utf8'))) };
}

function fileOf(lib: string): string {
  return join(ROOT, 'libs', lib, 'grafana', `${lib}.json`);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const ROOT = join(import.meta.dirname, '..', '..');

const healthcheck = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: z.string(),
  timeout: z.string(),
  retries: z.int().positive(),
});

const service = z.strictObject({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  network_mode: z.literal('host').optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  mem_limit: z.string().optional(),
  healthcheck: healthcheck.optional(),
});

const composeFile = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

/** One service of docker-compose.yml; of what Compose allows, what this project uses. */
export type ComposeService = z.output<typeof service>;
export type ComposeFile = z.output<typeof composeFile>;

export async function readComposeText(): Promise<string> {
  return readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
}

/** Reads the text of a compose file; it throws at keys that this project does not use. */
export function parseCompose(text: string): ComposeFile {
  return composeFile.parse(parse(text));
}

/** The `export NAME=value` lines in the comment at the head of the file. */
export function headExports(text: string): Record<string, string> {
  const head = text.slice(0, text.search(/^[^#\n]/m));
  return Object.fromEntries([...head.matchAll(/^# +export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
}

/** Reads a YAML file of the repository. */
export async function readYaml(path: string): Promise<unknown> {
  return parse(await readFile(join(ROOT, path), 'utf8'));
}

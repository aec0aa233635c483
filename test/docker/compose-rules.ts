import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../apps/sample/src/settings.js';
import { ROOT, type ComposeFile, type ComposeService } from './compose-file.js';

/** Three numbers, or two where that is a whole version (PostgreSQL), and perhaps a variant: `8.8.0-alpine`. */
const EXACT_IMAGE = /^[a-z0-9./-]+:(v?\d+\.\d+\.\d+|(?<=^postgres:)\d+\.\d+)(-[a-z0-9.]+)?$/;

/** What makes a service on the host's network listen on loopback only. */
const LOOPBACK: Readonly<Record<string, readonly string[]>> = {
  prometheus: ['--web.listen-address=127.0.0.1:'],
  grafana: ['GF_SERVER_HTTP_ADDR=127.0.0.1'],
};

/** Atlas runs beside the containers. */
const { PORT, MANAGEMENT_PORT } = readSettings({});

/** What no schema can see in a compose file: one sentence for each mistake. */
export function ruleProblems({ services, volumes }: ComposeFile): string[] {
  const all = Object.entries(services);
  const problemsOf = ([name, service]: [string, ComposeService]) =>
    [
      ...ownProblems(service),
      ...networkProblems(service, LOOPBACK[name] ?? []),
      ...mountProblems(service, Object.keys(volumes)),
      ...dependencyProblems(service, services),
    ].map((problem) => `${name}: ${problem}`);
  return [...all.flatMap(problemsOf), ...portProblems(all), ...unusedVolumes(volumes, Object.values(services))];
}

function ownProblems({ image, healthcheck, mem_limit: limit }: ComposeService): string[] {
  const problems: string[] = [];
  if (!EXACT_IMAGE.test(image)) problems.push(`${image} has no exact version`);
  if (healthcheck === undefined) problems.push('it has no health check');
  if (limit === undefined) problems.push('its memory has no limit');
  return problems;
}

/** Whatever way a service is reached, it is from this machine only. */
function networkProblems(service: ComposeService, loopback: readonly string[]): string[] {
  const { network_mode: mode, ports } = service;
  if (mode === undefined) {
    const open = ports.filter((port) => !port.startsWith('127.0.0.1:'));
    return open.map((port) => `port ${port} is not bound to 127.0.0.1`);
  }
  if (ports.length > 0) return ['ports mean nothing on the host network'];
  if (loopback.length === 0) return ['nobody knows what keeps it on loopback'];
  const settings = settingsOf(service);
  const missing = loopback.filter((start) => !settings.some((setting) => setting.startsWith(start)));
  return missing.map((setting) => `without ${setting} it listens on every address`);
}

function mountProblems({ volumes }: ComposeService, known: readonly string[]): string[] {
  return volumes.flatMap((mount) => {
    const [source = '', target, mode] = mount.split(':');
    if (target === undefined || !target.startsWith('/')) return [`${mount} has no absolute target`];
    if (!source.startsWith('./')) return known.includes(source) ? [] : [`${source} is no volume of this file`];
    if (!existsSync(join(ROOT, source))) return [`${source} does not exist`];
    return mode === 'ro' ? [] : [`${source} can be written from inside`];
  });
}

function dependencyProblems({ depends_on: dependencies }: ComposeService, services: ComposeFile['services']): string[] {
  return Object.entries(dependencies).flatMap(([name, { condition }]) => {
    if (services[name] === undefined) return [`depends on ${name}, which is not there`];
    return condition === 'service_healthy' ? [] : [`does not wait until ${name} is healthy`];
  });
}

function portProblems(all: ReadonlyArray<[string, ComposeService]>): string[] {
  const taken = new Map([PORT, MANAGEMENT_PORT].map((port) => [port, 'Atlas']));
  return all.flatMap(([name, service]) =>
    hostPorts(service).flatMap((port) => {
      const other = taken.get(port);
      taken.set(port, name);
      return other === undefined ? [] : [`${name}: port ${port} is taken by ${other}`];
    }),
  );
}

function unusedVolumes(volumes: ComposeFile['volumes'], services: readonly ComposeService[]): string[] {
  const mounts = services.flatMap((service) => service.volumes);
  const unused = Object.keys(volumes).filter((volume) => !mounts.some((mount) => mount.startsWith(`${volume}:`)));
  return unused.map((volume) => `volume ${volume}: nobody uses it`);
}

/** The ports that a service takes on the host. */
function hostPorts(service: ComposeService): number[] {
  const published = service.ports.map((port) => port.split(':').at(-2));
  const own = settingsOf(service).map((setting) => /(?:PORT|listen-address)=(?:.*:)?(\d+)$/.exec(setting)?.[1]);
  return [...published, ...(service.network_mode === 'host' ? own : [])].flatMap((port) => port ?? []).map(Number);
}

/** Flags and environment as `name=value`. */
function settingsOf({ command, environment }: ComposeService): string[] {
  return [...command, ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
}

import { beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { z } from 'zod';
import { readSettings } from '../../apps/sample/src/settings.js';
import { headExports, parseCompose, readComposeText, readYaml, type ComposeFile } from './compose-file.js';
import { libsWithDashboards } from './dashboards/dashboard.js';
import { promtool } from './promtool.js';

const consulDiscovery = z.strictObject({
  server: z.string(),
  services: z.array(z.string()),
  refresh_interval: z.string(),
});
const prometheusConfig = z.looseObject({
  global: z.looseObject({ scrape_interval: z.string() }),
  scrape_configs: z.array(
    z.looseObject({ job_name: z.string(), consul_sd_configs: z.array(consulDiscovery).optional() }),
  ),
});
const datasources = z.object({
  datasources: z.array(
    z.object({ uid: z.string(), type: z.string(), url: z.string(), jsonData: z.object({ timeInterval: z.string() }) }),
  ),
});
const dashboardProviders = z.object({
  providers: z.array(z.object({ type: z.string(), options: z.object({ path: z.string() }) })),
});
const discovered = z.array(z.object({ labels: z.record(z.string(), z.string()) }));

let text: string;
let compose: ComposeFile;
let prometheus: z.output<typeof prometheusConfig>;

beforeAll(async () => {
  text = await readComposeText();
  compose = parseCompose(text);
  prometheus = prometheusConfig.parse(await readYaml('docker/prometheus/prometheus.yml'));
});

describe('the configuration of Prometheus', () => {
  it('is one that promtool accepts', async () => {
    await expect(promtool({ 'prometheus.yml': withFiles() }, 'check', 'config', 'prometheus.yml')).resolves.toContain(
      'SUCCESS',
    );
  });

  it('would be refused by promtool with a misspelt key', async () => {
    const misspelt = withFiles().replace('relabel_configs', 'relabel_config');
    await expect(promtool({ 'prometheus.yml': misspelt }, 'check', 'config', 'prometheus.yml')).rejects.toThrow(
      /field relabel_config not found/,
    );
  });

  it('asks the Consul of docker-compose.yml for the replicas of the places service', () => {
    const asked = prometheus.scrape_configs.flatMap(({ consul_sd_configs: consul = [] }) => consul);
    expect(asked).toEqual([
      { server: new URL(headExports(text)['CONSUL_URL'] ?? '').host, services: ['places'], refresh_interval: '5s' },
    ]);
  });

  describe('scrapes', () => {
    let gateway: Array<Record<string, string>>;
    let places: Array<Record<string, string>>;

    beforeAll(async () => {
      [gateway = [], places = []] = await Promise.all([
        targetsOf('gateway', []),
        targetsOf('places', [
          { targets: ['127.0.0.1:41001'], labels: { __meta_consul_service_metadata_metrics_port: '41002' } },
          { targets: ['[::1]:41003'], labels: { __meta_consul_service_metadata_metrics_port: '41004' } },
          { targets: ['127.0.0.1:41005'], labels: {} },
          { targets: ['127.0.0.1:41007'], labels: { __meta_consul_service_metadata_metrics_port: 'none' } },
        ]),
      ]);
    }, 60_000);

    it('the gateway at the management port that Atlas has by default', () => {
      const { MANAGEMENT_PORT } = readSettings({});
      expect(gateway).toMatchObject([
        { __address__: `127.0.0.1:${MANAGEMENT_PORT}`, __metrics_path__: '/metrics', job: 'gateway' },
      ]);
    });

    it('a replica at the port that its metadata names, under the address that it serves at', () => {
      expect(places.slice(0, 2)).toMatchObject([
        { __address__: '127.0.0.1:41002', __metrics_path__: '/metrics', instance: '127.0.0.1:41001', job: 'places' },
        { __address__: '[::1]:41004', __metrics_path__: '/metrics', instance: '[::1]:41003', job: 'places' },
      ]);
    });

    it('no replica that names no such port', () => {
      expect(places).toHaveLength(2);
    });
  });
});

describe('the provisioning of Grafana', () => {
  it('asks the Prometheus of docker-compose.yml, and knows how often that scrapes', async () => {
    const { datasources: found } = datasources.parse(await readYaml('docker/grafana/datasources/prometheus.yml'));
    const listen = compose.services['prometheus']?.command.find((flag) => flag.startsWith('--web.listen-address='));
    expect(found).toEqual([
      {
        uid: 'prometheus',
        type: 'prometheus',
        url: `http://${listen?.split('=')[1]}`,
        jsonData: { timeInterval: prometheus.global.scrape_interval },
      },
    ]);
  });

  it('shows the dashboard of every lib that has one', async () => {
    const { providers } = dashboardProviders.parse(await readYaml('docker/grafana/dashboards/envol.yml'));
    expect(providers).toHaveLength(1);
    const mounts = compose.services['grafana']?.volumes.filter((mount) => mount.startsWith('./libs/'));
    expect(mounts?.toSorted()).toEqual(
      (await libsWithDashboards()).map((lib) => `./libs/${lib}/grafana:${providers[0]?.options.path}/${lib}:ro`),
    );
  });
});

/**
 * The configuration with a file in place of Consul: the promtool of Debian is built without Consul's discovery. What
 * Consul's would say of an instance is in the file's labels.
 */
function withFiles(): string {
  const jobs = prometheus.scrape_configs.map(({ consul_sd_configs: consul, ...job }) =>
    consul === undefined ? job : { ...job, file_sd_configs: [{ files: ['instances.json'] }] },
  );
  return stringify({ ...prometheus, scrape_configs: jobs });
}

/** What Prometheus would scrape in a job, with its labels, when the discovery finds these instances. */
async function targetsOf(job: string, instances: readonly object[]): Promise<Array<Record<string, string>>> {
  const files = { 'prometheus.yml': withFiles(), 'instances.json': JSON.stringify(instances) };
  const output = await promtool(files, 'check', 'service-discovery', '--timeout=3s', 'prometheus.yml', job);
  // Those that are dropped are listed without labels.
  const all = discovered.parse(JSON.parse(output)).map(({ labels }) => labels);
  return all.filter((labels) => Object.keys(labels).length > 0);
}

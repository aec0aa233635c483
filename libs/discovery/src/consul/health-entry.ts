import { z } from 'zod';
import type { Health } from '../core/instance.js';

/** Only the frame: what the fields hold is checked with the instance. */
const entrySchema = z.object({
  Node: z.object({ Node: z.unknown(), Address: z.unknown() }),
  Service: z.object({
    ID: z.unknown(),
    Address: z.unknown(),
    Port: z.unknown(),
    Tags: z.unknown(),
    Meta: z.record(z.string(), z.unknown()).nullish(),
    Weights: z.object({ Passing: z.unknown(), Warning: z.unknown() }).nullish(),
  }),
  Checks: z.array(z.object({ Status: z.unknown() })).nullish(),
});

type Entry = z.output<typeof entrySchema>;

/**
 * Reads the entries of `/v1/health/service/:name`. One that cannot be read is passed on as it is, to be refused with its
 * reason. An id is unique on its agent only: where two nodes have the same, the name of the node goes in front.
 */
export function readEntries(entries: readonly unknown[]): unknown[] {
  const parsed = entries.map((entry) => entrySchema.safeParse(entry));
  const counts = new Map<unknown, number>();
  for (const { data } of parsed) counts.set(data?.Service.ID, (counts.get(data?.Service.ID) ?? 0) + 1);
  return parsed.map(({ success, data }, place) => {
    if (!success) return entries[place];
    const { ID } = data.Service;
    return toReport(data, counts.get(ID) === 1 ? ID : `${String(data.Node.Node)}/${String(ID)}`);
  });
}

function toReport({ Node, Service, Checks }: Entry, id: unknown): object {
  const { version, zone, ...meta } = Service.Meta ?? {};
  const health = healthOf((Checks ?? []).map(({ Status }) => Status));
  const weights = Service.Weights ?? { Passing: 1, Warning: 1 };
  return {
    id,
    host: Service.Address === '' ? Node.Address : Service.Address,
    port: Service.Port,
    weight: health === 'warning' ? weights.Warning : weights.Passing,
    tags: Service.Tags ?? [],
    meta,
    version,
    zone,
    health,
  };
}

/** The worst of the checks of the service and of its node; a status that is not known counts as the worst. */
function healthOf(statuses: readonly unknown[]): Health {
  if (statuses.every((status) => status === 'passing')) return 'passing';
  return statuses.every((status) => status === 'passing' || status === 'warning') ? 'warning' : 'critical';
}

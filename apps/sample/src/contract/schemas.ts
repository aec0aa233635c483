import { z } from 'zod';

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

export const newCheckinSchema = z.strictObject({
  userId: z.int().positive().meta({ example: 42 }),
  cityId: z.int().positive().meta({ example: 2_988_507 }),
});
export type NewCheckin = z.output<typeof newCheckinSchema>;

export const checkinSchema = newCheckinSchema.extend({
  id: z.uuid(),
  createdAt: z.iso.datetime(),
});
export type Checkin = z.output<typeof checkinSchema>;

const limit = z.coerce.number('expected a whole number').int('expected a whole number').min(1).max(100).default(10);
const id = z.coerce.number('expected a whole number').int('expected a whole number').positive().max(2_147_483_647);

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

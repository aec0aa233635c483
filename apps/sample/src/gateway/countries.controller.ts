import { Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  cityPageSchema,
  countryParamsSchema,
  countryStatsSchema,
  pageQuerySchema,
  type CityPage,
  type CountryStats,
} from '../contract/schemas.js';
import { PlacesClient } from './places.client.js';

type CountryParams = z.output<typeof countryParamsSchema>;
type PageQuery = z.output<typeof pageQuerySchema>;

@ApiTags('countries')
@Controller('countries/:code')
export class CountriesController {
  constructor(private readonly places: PlacesClient) {}

  @Get('cities')
  @ApiOperation({ summary: 'The cities of a country, the most populous first, page by page' })
  @ApiOkResponse({ standardSchema: cityPageSchema })
  @ApiNotFoundResponse({ description: 'There is no such country' })
  async cities(
    @Param({ schema: countryParamsSchema }) { code }: CountryParams,
    @Query({ schema: pageQuerySchema }) { limit, after }: PageQuery,
  ): Promise<CityPage> {
    const page = await this.places.citiesOf(code, limit, after);
    if (after === undefined && page.cities.length === 0) throw noSuchCountry(code);
    return page;
  }

  @Get('stats')
  @ApiOperation({ summary: 'How many cities and people a country has' })
  @ApiOkResponse({ standardSchema: countryStatsSchema })
  @ApiNotFoundResponse({ description: 'There is no such country' })
  async stats(@Param({ schema: countryParamsSchema }) { code }: CountryParams): Promise<CountryStats> {
    const stats = await this.places.statsOf(code);
    if (stats.cities === 0) throw noSuchCountry(code);
    return stats;
  }
}

function noSuchCountry(code: string): NotFoundException {
  return new NotFoundException(`There is no country ${code} with cities`);
}

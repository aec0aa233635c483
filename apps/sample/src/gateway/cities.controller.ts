import { Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { citySchema, idParamsSchema, topQuerySchema, type City } from '../contract/schemas.js';
import { PlacesClient } from './places.client.js';

@ApiTags('cities')
@Controller('cities')
export class CitiesController {
  constructor(private readonly places: PlacesClient) {}

  @Get('top')
  @ApiOperation({ summary: 'The most populous cities of the world' })
  @ApiOkResponse({ standardSchema: z.array(citySchema) })
  top(@Query({ schema: topQuerySchema }) { limit }: z.output<typeof topQuerySchema>): Promise<City[]> {
    return this.places.topCities(limit);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A city' })
  @ApiOkResponse({ standardSchema: citySchema })
  @ApiNotFoundResponse({ description: 'There is no such city' })
  async byId(@Param({ schema: idParamsSchema }) { id }: z.output<typeof idParamsSchema>): Promise<City> {
    const city = await this.places.city(id);
    if (city === null) throw new NotFoundException(`There is no city ${id}`);
    return city;
  }
}
